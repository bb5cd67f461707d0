"""What several kinds of tests need: servers as real processes."""
