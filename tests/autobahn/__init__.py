"""The Autobahn test suite for WebSockets, against the engine."""
