"""The same app on FastAPI and on Sixlane, asked the same questions, gives the same answers."""
