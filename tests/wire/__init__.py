"""The running engine over real TCP connections."""
