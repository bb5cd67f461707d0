"""The benchmark: catalogue of routes and peers, measurement, results and their presentation."""
