"""The package that parses forms: whether it is there."""

from sixlane._lazy import lazy_module

_parser = lazy_module("python_multipart")
_by_old_name = lazy_module("multipart")
_functions_by_old_name = lazy_module("multipart.multipart")

NOT_INSTALLED = (
    'Form data requires "python-multipart" to be installed.\n'
    "Install it: pip install python-multipart"
)
OTHER_INSTALLED = (
    'Form data requires "python-multipart" to be installed, but "multipart" is, which is another '
    "package.\nReplace it: pip uninstall multipart, then pip install python-multipart"
)

_OLD_NAME_UNTIL = (0, 0, 12)
"""The last version of python-multipart that was imported as `multipart` alone."""


def check_form_parser() -> None:
    """Refuse forms where nothing can parse them.

    Raises:
        RuntimeError: python-multipart is missing, or another package has its old name.
    """
    if _read_version() > _OLD_NAME_UNTIL:
        return
    try:
        if not _by_old_name.__version__:
            raise RuntimeError(NOT_INSTALLED)
    except (ImportError, AttributeError):
        raise RuntimeError(NOT_INSTALLED) from None
    try:
        _ = _functions_by_old_name.parse_options_header
    except (ImportError, AttributeError):
        raise RuntimeError(OTHER_INSTALLED) from None


def _read_version() -> tuple[int, ...]:
    try:
        version: str = _parser.__version__
    except ImportError:
        return ()
    return tuple(int(part) for part in version.split(".")[:3] if part.isdecimal())
