"""FastAPI's behaviour, one file for each chapter of its documentation, on both entrances."""
