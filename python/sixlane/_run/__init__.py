"""Per request: what runs between a request's arrival and its answer."""
