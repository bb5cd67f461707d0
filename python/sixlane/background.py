"""Work that runs after the answer has been sent; Starlette's own class."""

from starlette.background import BackgroundTasks

__all__ = ["BackgroundTasks"]
