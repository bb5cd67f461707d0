"""Whatever goes wrong, and however often: the answer is right and nothing stays behind."""
