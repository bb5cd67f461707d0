"""The logger that Sixlane itself writes to."""

import logging

logger: logging.Logger = logging.getLogger("sixlane")
