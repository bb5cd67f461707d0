"""Pages rendered with Jinja2, an optional extra; Starlette's own class."""

from starlette.templating import Jinja2Templates

__all__ = ["Jinja2Templates"]
