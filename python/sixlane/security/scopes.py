"""The OAuth2 scopes a request needs."""


class SecurityScopes:
    """The scopes that all dependencies above the one asking were declared with.

    Declare a parameter of this type in a dependency to receive it.

    Attributes:
        scopes: In the order declared, outermost first, without repetitions.
        scope_str: The same joined with spaces, as OAuth2 writes them.
    """

    def __init__(self, scopes: list[str] | None = None) -> None:
        self.scopes: list[str] = scopes or []
        self.scope_str: str = " ".join(self.scopes)
