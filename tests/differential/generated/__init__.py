"""Applications made by chance, and requests for them."""
