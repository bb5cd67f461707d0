"""An application in several modules."""
