"""An app's declarations, checked as a whole before it is served."""

from sixlane._serve.failure import ServeFailure
from sixlane._serve.host import ASGIApplication
from sixlane.applications import Sixlane
from sixlane.exceptions import DeclarationError


def check_declarations(app: ASGIApplication) -> None:
    """Compile all that an app has declared; other ASGI applications pass.

    Raises:
        ServeFailure: Something is declared wrongly; it says what, where, and the fix.
    """
    if not isinstance(app, Sixlane):
        return
    try:
        app.check_declarations()
    except DeclarationError as error:
        raise ServeFailure(str(error)) from error
