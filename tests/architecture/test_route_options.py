"""The options of a route are written once."""

import ast

from sixlane._options import RouteOptions

from .tree import modules

HOMES = {
    "sixlane._options": "the options, their types and their defaults",
    "sixlane._routing.route": "the public attributes of a route: options with their defaults in",
}


def test_route_options_are_spelled_out_in_one_place() -> None:
    """No signature lists half of the options or more, and no class but those two."""
    options = set(RouteOptions.__annotations__)
    copies = [
        f"{module}, line {node.lineno}: {node.name}"
        for module, tree in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not (module in HOMES and isinstance(node, ast.ClassDef))
        and len(options & _names_listed(node)) * 2 >= len(options)
    ]
    assert copies == []


def test_route_options_are_many() -> None:
    """The rule above is about a real list, not about an empty one."""
    assert {"response_model", "status_code", "tags", "operation_id"} <= set(
        RouteOptions.__annotations__
    )


def _names_listed(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> set[str]:
    if isinstance(node, ast.ClassDef):
        return {
            statement.target.id
            for statement in node.body
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name)
        }
    arguments = node.args
    return {arg.arg for arg in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
