"""Every interpreter of a conformance run starts with this: `fastapi` is Sixlane in it."""

import sixlane.alias  # noqa: F401
