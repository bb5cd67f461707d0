"""One API, written for Flask and for Sixlane; docs/migration shows them side by side."""
