"""The example's tests: `make test` runs them with all others."""
