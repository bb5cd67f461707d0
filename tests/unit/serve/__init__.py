"""The command line and its processes."""
