"""The OpenAPI document and the pages that show it; imported when one is first asked for."""
