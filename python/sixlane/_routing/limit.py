"""Largest bodies: what a user may declare."""


def check_body_size(max_body_size: int | None) -> None:
    """Refuse a `max_body_size` that is not a number of bytes.

    Raises:
        ValueError: It is neither None nor an integer >= 0.
    """
    if max_body_size is None:
        return
    is_count = isinstance(max_body_size, int) and not isinstance(max_body_size, bool)
    if not is_count or max_body_size < 0:
        message = f"max_body_size must be a non-negative integer or None, not {max_body_size!r}"
        raise ValueError(message)
