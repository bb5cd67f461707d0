"""The garbage collector's pause while much is made that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector from searching what a block makes, nearly all of which stays for good.

    It goes into the oldest generation at once, as it would after two searches, unless something has
    been frozen, which this would thaw. Where the collector is off, the block just runs.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        if not gc.get_freeze_count():
            # Through the permanent generation, which is empty, and out of it again.
            gc.freeze()
            gc.unfreeze()
        gc.enable()
