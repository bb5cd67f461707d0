"""Who may import whom."""

import ast

import pytest

from .tree import CRATES, Edge, edges, edges_of, modules

ENGINE = "sixlane._engine"
ENGINE_IMPORTERS = (
    "sixlane._run",
    "sixlane._serve",
    "sixlane._compile.plan",
    "sixlane._compile.bounded",
)

# Imports inside functions, each for an optional extra. Everything else that has to come late goes
# through `sixlane._lazy`. Entry: (module, what it imports): "date: which extra, why not lazily".
LOCAL_IMPORTS: dict[tuple[str, str], str] = {
    ("sixlane._compile.signature", "annotationlib"): "2026-11-23: exists from Python 3.14 on",
}

# Inside, a name comes from the module that defines it; these need what only the front door has.
FRONT_DOOR_USERS = {"sixlane._serve.command": "the version"}

# The modules that import by a name known only at run time.
DYNAMIC_IMPORTERS = {
    "sixlane._lazy": "it is the sanctioned way to import late",
    "sixlane._serve.load": "it imports the user's application",
    "sixlane._serve.server": "uvloop is an optional extra",
    "sixlane.responses": "orjson and ujson are optional extras",
}


def test_the_engine_is_imported_only_by_the_layers_that_run_it() -> None:
    """Of `_compile` these are `plan.py`, for the routes, and `bounded.py`, which has it count."""
    strangers = [
        str(edge)
        for edge in edges()
        if edge.imported == ENGINE and not _is_within(edge.importer, ENGINE_IMPORTERS)
    ]
    assert strangers == []


def test_imports_form_no_cycle() -> None:
    """No module reaches itself, not even through imports for type checkers or lazy ones."""
    assert [" -> ".join(cycle) for cycle in _cycles(_graph(edges()))] == []


def test_the_package_does_not_import_its_own_front_door() -> None:
    """Inside, a name comes from the module that defines it: the front door is for users."""
    users = {edge.importer for edge in edges() if edge.imported == "sixlane"}
    assert users - FRONT_DOOR_USERS.keys() == set()


def test_functions_do_not_import() -> None:
    """An import inside a function is an optional extra and stands in the list, with a reason."""
    found = {(edge.importer, edge.imported) for edge in edges() if edge.local}
    assert found - LOCAL_IMPORTS.keys() == set()


def test_the_list_of_local_imports_has_no_dead_entries() -> None:
    """An exception that is no longer needed leaves the list."""
    found = {(edge.importer, edge.imported) for edge in edges() if edge.local}
    assert LOCAL_IMPORTS.keys() - found == set()


def test_only_known_modules_import_by_computed_name() -> None:
    """`importlib.import_module` would hide edges from these tests, so few may call it."""
    callers = {edge.importer for edge in edges() if edge.imported.split(".")[0] == "importlib"} - {
        edge.importer for edge in edges() if edge.imported == "importlib.metadata"
    }
    users = {name for name in callers if "import_module" in _names_used(name)}
    assert users <= DYNAMIC_IMPORTERS.keys()


@pytest.mark.parametrize("area", ["http1", "router", "params", "ws"])
def test_areas_of_the_engine_do_not_import_each_other(area: str) -> None:
    """They meet in the binding, not in each other."""
    others = {"http1", "router", "params", "ws"} - {area}
    strangers = [
        f"{path.name}: crate::{other}"
        for path in (CRATES / "engine" / "src" / area).rglob("*.rs")
        for other in others
        if f"crate::{other}" in path.read_text(encoding="utf-8")
    ]
    assert strangers == []


def test_the_engine_crate_knows_no_python_and_no_unsafe() -> None:
    """crates/engine stays testable without an interpreter, and free of unsafe code."""
    engine = CRATES / "engine"
    assert "pyo3" not in (engine / "Cargo.toml").read_text(encoding="utf-8")
    assert "#![forbid(unsafe_code)]" in (engine / "src" / "lib.rs").read_text(encoding="utf-8")


def test_the_cycle_finder_finds_a_cycle() -> None:
    """The rule above can fail: a cycle of three modules is reported with its members."""
    ring = [Edge("a", "b", 1), Edge("b", "c", 1), Edge("c", "a", 1)]
    assert _cycles(_graph([*ring, Edge("c", "d", 1)])) == [["a", "b", "c"]]


def test_the_reader_sees_local_and_type_checking_imports() -> None:
    """The edges the rules are about are found wherever they stand in a module."""
    tree = ast.parse(
        "if TYPE_CHECKING:\n    import one\ndef f():\n    from two import x\n"
        "part = lazy_module('three')\n"
    )
    found = [(edge.imported, edge.local) for edge in edges_of("m", tree)]
    assert found == [("one", False), ("two", True), ("three", False)]


def _is_within(module: str, packages: tuple[str, ...]) -> bool:
    return any(module == package or module.startswith(f"{package}.") for package in packages)


def _names_used(module: str) -> set[str]:

    nodes = list(ast.walk(modules()[module]))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {
        alias.name for node in nodes if isinstance(node, ast.ImportFrom) for alias in node.names
    }


def _graph(all_edges: "list[Edge] | tuple[Edge, ...]") -> dict[str, set[str]]:
    graph: dict[str, set[str]] = {}
    for edge in all_edges:
        graph.setdefault(edge.importer, set()).add(edge.imported)
        graph.setdefault(edge.imported, set())
    return graph


def _cycles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Group the modules that reach each other: those on a common cycle."""
    reach = {name: _reachable(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in graph
        if name in reach[name]
    }
    return sorted(list(group) for group in groups)


def _reachable(graph: dict[str, set[str]], start: str) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for name in graph[waiting.pop()] - seen:
            seen.add(name)
            waiting.append(name)
    return seen
