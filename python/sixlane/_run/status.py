"""What a status code says about the answer's body."""


def allows_body(status_code: int) -> bool:
    """Tell whether an answer of this status may have a body (RFC 9110, sections 15.2 to 15.4)."""
    return status_code >= 200 and status_code not in (204, 205, 304)
