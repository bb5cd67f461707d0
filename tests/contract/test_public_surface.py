"""The public names and signatures of FastAPI, one by one."""

from fnmatch import fnmatchcase

import pytest
from support.program import run_program
from support.surface import find_differences

NOT_THERE = {
    "fastapi.applications.AppBodyLimitMiddleware": "the limit of bodies is no middleware here",
    "fastapi.routing.*body_*limit*": "as `AppBodyLimitMiddleware`",
    "fastapi.routing.validate_max_body_size": "as `AppBodyLimitMiddleware`",
    "fastapi.applications.*Telemetry*": "the middleware of telemetry has other steps",
}
"""What FastAPI's public modules import from its private ones."""

OTHER_WAY = {
    "fastapi.routing.RouteContext(*)": "made by `iter_route_contexts` alone",
    "fastapi.applications.FastAPI.*api_route(*)": "the application takes all that its router takes",
    "fastapi.dependencies.models.Dependant(*)": "by keyword alone; it knows how it is called",
    "fastapi.*.ModelField(location)": "can be told where the value comes from",
    "fastapi.*.ModelField.validate(values)": "not read: fields do not depend on each other",
    "fastapi.openapi.docs.get_*_html(*_url)": "the pages' files come with the package",
    "fastapi.security.oauth2.OAuth2(flows)": "made at the first use: the models are slow to import",
    "fastapi.testclient.TestClient": "takes the engine as its transport, too",
}
"""What is done otherwise, or not at all, and why."""

OWN_ANNOTATIONS = {
    "fastapi.applications.AppType": "a type variable",
    "fastapi.background.P": "a parameter specification",
    "fastapi.*.DefaultType": "a type variable",
}
"""Names for annotations inside FastAPI."""

DIFFERENCES = NOT_THERE | OTHER_WAY | OWN_ANNOTATIONS


def test_public_names_and_signatures_are_fastapis() -> None:
    """What FastAPI defines or imports in a public module is here, with its parameters."""
    found = find_differences("fastapi", "sixlane")
    unknown = {
        name: difference
        for name, difference in found.items()
        if not any(fnmatchcase(name, pattern) for pattern in DIFFERENCES)
    }
    assert unknown == {}


@pytest.mark.parametrize("pattern", DIFFERENCES)
def test_the_list_of_differences_has_no_dead_entries(pattern: str) -> None:
    """A difference that is gone leaves the list."""
    assert any(fnmatchcase(name, pattern) for name in find_differences("fastapi", "sixlane"))


def test_modules_are_there_once_the_package_is_imported() -> None:
    """`import fastapi` is enough for `fastapi.security.oauth2.OAuth2`."""
    program = (
        "import operator, sys, fastapi\n"
        "theirs = [name for name in sys.modules if name.startswith('fastapi.')"
        " and '._' not in name]\n"
        "import sixlane\n"
        "for name in theirs: operator.attrgetter(name.removeprefix('fastapi.'))(sixlane)\n"
        "print(len(theirs))"
    )
    assert int(run_program(program)) > 30
