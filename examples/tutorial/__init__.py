"""The programs of the tutorial in docs/tutorial, a page each."""
