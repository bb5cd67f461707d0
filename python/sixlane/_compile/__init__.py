"""Start-up only: declarations made into what a request walks."""
