"""Reading the Authorization header."""


def get_authorization_scheme_param(
    authorization_header_value: str | None,
) -> tuple[str, str]:
    """Split an Authorization header into scheme and credentials.

    Args:
        authorization_header_value: The header as sent, or None.

    Returns:
        The scheme as written and the rest without surrounding whitespace; both empty without a
        header.
    """
    scheme, _, credentials = (authorization_header_value or "").partition(" ")
    return scheme, credentials.strip()
