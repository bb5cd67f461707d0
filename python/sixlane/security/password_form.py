"""The form of the OAuth2 password flow (RFC 6749 section 4.3.2)."""

from typing import Annotated

from sixlane.param_functions import Form


class OAuth2PasswordRequestForm:
    """What a client sends to get a token for a user name and a password, as a dependency.

    `grant_type` may be left out, although the specification requires it; the strict form below does
    too.

    Attributes:
        grant_type: "password" or None.
        username: As sent.
        password: As sent.
        scopes: The words of the form's `scope`, which OAuth2 separates by spaces.
        client_id: None if the client sent it otherwise, such as by HTTP Basic.
        client_secret: Likewise.
    """

    def __init__(
        self,
        *,
        grant_type: Annotated[str | None, Form(pattern="^password$")] = None,
        username: Annotated[str, Form()],
        password: Annotated[str, Form(json_schema_extra={"format": "password"})],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form(json_schema_extra={"format": "password"})] = None,
    ) -> None:
        self.grant_type = grant_type
        self.username = username
        self.password = password
        self.scopes: list[str] = scope.split()
        self.client_id = client_id
        self.client_secret = client_secret


class OAuth2PasswordRequestFormStrict(OAuth2PasswordRequestForm):
    """The same form for clients that must send `grant_type=password`."""

    def __init__(
        self,
        grant_type: Annotated[str, Form(pattern="^password$")],
        username: Annotated[str, Form()],
        password: Annotated[str, Form()],
        scope: Annotated[str, Form()] = "",
        client_id: Annotated[str | None, Form()] = None,
        client_secret: Annotated[str | None, Form()] = None,
    ) -> None:
        super().__init__(
            grant_type=grant_type,
            username=username,
            password=password,
            scope=scope,
            client_id=client_id,
            client_secret=client_secret,
        )
