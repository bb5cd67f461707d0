"""What plug-ins take from FastAPI's modules: run against both, with the same expectations."""

import json
from collections import deque
from collections.abc import AsyncIterable, Callable, Iterable, Iterator, Sequence
from enum import Enum
from importlib import import_module
from inspect import Signature
from types import ModuleType
from typing import Annotated, Any, ForwardRef

import pytest
from pydantic import BaseModel
from pydantic import Field as FieldOfModel
from pydantic.fields import FieldInfo
from starlette.datastructures import UploadFile
from starlette.requests import Request

NOTHING = Signature.empty

Modules = Callable[[str], Any]


@pytest.fixture(params=["fastapi", "sixlane"])
def modules(request: pytest.FixtureRequest) -> Modules:
    """Gives a module by its name below the package, the reference's or Sixlane's."""

    def find_module(name: str) -> ModuleType:
        return import_module(f"{request.param}.{name}" if name else request.param)

    return find_module


class Color(Enum):
    """An enum."""

    RED = "red"


class Part(BaseModel):
    """A model in a model."""

    color: Color


class Whole(BaseModel):
    """A model with others in it."""

    size: int
    parts: list[Part] = []


WHOLE = Whole(size=1, parts=[Part(color=Color.RED)])


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        ("field_annotation_is_scalar", [int, bytes | None, None], [Whole, list[int], UploadFile]),
        ("field_annotation_is_sequence", [list, set[int], list[int] | None], [str, dict, Whole]),
        ("field_annotation_is_scalar_sequence", [list[int], int | list[int]], [int, list[Whole]]),
        ("is_bytes_or_nonable_bytes_annotation", [bytes, bytes | None], [str, list[bytes]]),
        ("is_bytes_sequence_annotation", [list[bytes], list[bytes | None]], [bytes, list[str]]),
        (
            "is_uploadfile_or_nonable_uploadfile_annotation",
            [UploadFile, UploadFile | None],
            [bytes, list[UploadFile]],
        ),
        ("is_uploadfile_sequence_annotation", [list[UploadFile]], [UploadFile, list[bytes]]),
    ],
)
def test_annotations_are_told_apart(
    modules: Modules, question: str, yes: list[Any], no: list[Any]
) -> None:
    """By whether a value is single or a sequence, bytes or a file."""
    ask = getattr(modules("dependencies.utils"), question)
    assert [ask(annotation) for annotation in (*yes, *no)] == [True] * len(yes) + [False] * len(no)


def test_values_and_classes_are_told_apart(modules: Modules) -> None:
    """A text is no sequence, and what is no class is no subclass."""
    utilities = modules("dependencies.utils")
    assert [utilities.value_is_sequence(each) for each in ([], (), {1}, deque())] == [True] * 4
    assert [utilities.value_is_sequence(each) for each in ("ab", b"ab", {}, 1)] == [False] * 4
    assert utilities.lenient_issubclass(cls=bool, class_or_tuple=(str, int))
    assert not utilities.lenient_issubclass(list[int], list)


@pytest.mark.parametrize(
    ("annotation", "item"),
    [
        (AsyncIterable[int], int),
        (Iterator[Whole], Whole),
        (Iterable, None),
        (list[int], None),
        (None, None),
    ],
)
def test_what_is_yielded_stands_in_the_annotation(
    modules: Modules, annotation: Any, item: Any
) -> None:
    """A list is returned whole."""
    for name in ("dependencies.utils", "routing"):
        assert modules(name).get_stream_item_type(annotation) is item


@pytest.mark.parametrize(
    ("annotation", "default", "kind", "alias"),
    [
        pytest.param(int, 3, "Query", "item", id="scalar"),
        pytest.param(NOTHING, NOTHING, "Query", "item", id="nothing"),
        pytest.param(Whole, NOTHING, "Body", "item", id="model"),
        pytest.param(Annotated[int, FieldOfModel(gt=1)], 3, "Query", "item", id="constrained"),
    ],
)
def test_a_parameter_is_analyzed_by_itself(
    modules: Modules, annotation: Any, default: Any, kind: str, alias: str
) -> None:
    """Its type decides where the value comes from, and its default whether it is required."""
    details = modules("dependencies.utils").analyze_param(
        param_name="item", annotation=annotation, value=default, path_param_names={"other"}
    )
    field = details.field
    assert (type(field.field_info).__name__, field.name, field.alias) == (kind, "item", alias)
    assert field.field_info.is_required() is (default is NOTHING)
    assert details.depends is None
    assert isinstance(field, modules("routing").ModelField)


def test_what_is_no_value_is_analyzed_too(modules: Modules) -> None:
    """A class that is depended on, a part of the path, an object of the request."""
    analyze = modules("dependencies.utils").analyze_param
    asked = {"param_name": "item", "value": NOTHING}
    depends = modules("").Depends()
    depending = analyze(**asked | {"value": depends}, annotation=Whole, path_param_names=set())
    assert (depending.depends.dependency, depending.field) == (Whole, None)
    in_path = analyze(**asked, annotation=int, path_param_names={"item"})
    assert type(in_path.field.field_info).__name__ == "Path"
    given = analyze(**asked, annotation=Request, path_param_names=set())
    assert (given.type_annotation, given.depends, given.field) == (Request, None, None)
    with pytest.raises(AssertionError, match="default value cannot be set in `Annotated`"):
        analyze(**asked, annotation=Annotated[int, modules("").Query(1)], path_param_names=set())


def test_parameters_are_added_to_a_callable(modules: Modules) -> None:
    """Objects of the request by name, values by where they come from."""
    utilities = modules("dependencies.utils")
    dependant = modules("routing").Dependant(path="/")
    add_object = utilities.add_non_field_param_to_dependency
    assert add_object(param_name="it", type_annotation=Request, dependant=dependant) is True
    assert add_object(param_name="no", type_annotation=int, dependant=dependant) is None
    assert dependant.request_param_name == "it"
    header = utilities.analyze_param(
        param_name="h", annotation=int, value=modules("").Header(3), path_param_names=set()
    ).field
    utilities.add_param_to_fields(field=header, dependant=dependant)
    assert [field.name for field in dependant.header_params] == ["h"]
    body = modules("params").Body(annotation=Whole)
    with pytest.raises(AssertionError):
        utilities.add_param_to_fields(
            field=utilities.ModelField(field_info=body, name="b"), dependant=dependant
        )


def test_a_field_validates_and_serializes_by_itself(modules: Modules) -> None:
    """Errors begin where they are told to; options of serializing are Pydantic's."""
    make_field = modules("utils").ModelField
    field = make_field(field_info=FieldInfo(annotation=list[int], default=None), name="sizes")
    assert (field.name, field.alias, field.mode, field.default) == (
        "sizes",
        "sizes",
        "validation",
        None,
    )
    assert field.validate(["1"], {}, loc=("query",)) == ([1], [])
    value, (error,) = field.validate(["x"], loc=("query", "sizes"))
    assert (value, error["loc"]) == (None, ("query", "sizes", 0))
    answer = make_field(FieldInfo(annotation=Whole), "whole", "serialization")
    assert answer.serialize(WHOLE) == {"size": 1, "parts": [{"color": "red"}]}
    assert answer.serialize(WHOLE, mode="python", include={"parts"}) == {
        "parts": [{"color": Color.RED}]
    }
    assert answer.serialize_json(WHOLE, exclude={"parts"}) == b'{"size":1}'


@pytest.mark.parametrize(
    ("annotation", "collected"),
    [
        (list[int], [1, 2]),
        (Sequence[int], [1, 2]),
        (set[int] | None, {1, 2}),
        (tuple[int, ...], (1, 2)),
    ],
)
def test_values_are_collected_as_the_type_says(
    modules: Modules, annotation: Any, collected: Any
) -> None:
    """Where it does not, in a list."""
    utilities = modules("dependencies.utils")
    field = utilities.ModelField(field_info=FieldInfo(annotation=annotation), name="values")
    assert utilities.serialize_sequence_value(field=field, value=[1, 2]) == collected


def test_models_are_made_of_fields_and_taken_apart(modules: Modules) -> None:
    """The fields of a model are the same ones each time."""
    utilities = modules("dependencies.utils")
    fields = utilities.get_cached_model_fields(Whole)
    assert [(field.name, field.field_info.annotation) for field in fields] == [
        ("size", int),
        ("parts", list[Part]),
    ]
    assert utilities.get_cached_model_fields(Whole) is fields
    model = utilities.create_body_model(fields=fields, model_name="Body_made")
    assert model.__name__ == "Body_made"
    assert model(size="1").size == 1
    assert utilities.is_scalar_field(fields[0])
    assert not utilities.is_scalar_field(fields[1])
    missing = {"type": "missing", "loc": ("query", "x"), "msg": "Field required", "input": None}
    assert utilities.get_missing_field_error(("query", "x")) == missing


def test_references_are_evaluated_where_their_names_exist(modules: Modules) -> None:
    """Inside of other types too."""
    evaluate = modules("dependencies.utils").evaluate_forwardref
    names = {"Part": Part}
    assert evaluate(ForwardRef("list[Part]"), names, names) == list[Part]
    assert evaluate(ForwardRef("Missing"), {}, {}) == ForwardRef("Missing")
    assert evaluate(int, {}, {}) is int


def test_a_declaration_is_copied_with_what_stands_beside_it(modules: Modules) -> None:
    """The copy has its class, and the constraints of the others."""
    query = modules("params").Query(alias="size")
    copied = modules("dependencies.utils").copy_field_info(
        field_info=query, annotation=Annotated[int, FieldOfModel(gt=3, title="Size"), query]
    )
    assert type(copied) is type(query)
    assert (copied.alias, copied.title, copied.annotation) == ("size", "Size", int)
    assert len(copied.metadata) == 1
    assert query.title is None


def test_encoders_are_found_by_all_their_types(modules: Modules) -> None:
    """Those that are used for subclasses are a map of the same kind."""
    encoders = modules("encoders")
    assert encoders.generate_encoders_by_class_tuples({int: str, bool: str}) == {str: (int, bool)}
    assert set in encoders.encoders_by_class_tuples[list]
    assert not encoders.is_pydantic_v1_model_instance(WHOLE)


def test_a_document_is_put_together_by_hand(modules: Modules) -> None:
    """Path by path, with the parts that the whole document has."""
    app = modules("").FastAPI()
    router = modules("").APIRouter(prefix="/parts")
    bearer = modules("security").HTTPBearer()

    @app.post("/{number}", status_code=201)
    def change(
        number: int, whole: Whole, token: Annotated[Any, modules("").Security(bearer)]
    ) -> list[Whole]: ...

    @app.get("/hidden", include_in_schema=False)
    def hidden() -> None: ...

    @router.get("/first")
    def first(color: Color) -> Part: ...

    app.include_router(router)
    document = modules("openapi.utils")
    fields = document.get_fields_from_routes(app.routes)
    models = document.get_flat_models_from_fields(fields, known_models=set())
    names = document.get_model_name_map(models)
    assert names == {Whole: "Whole", Part: "Part", Color: "Color"}
    mapping, schemas = document.get_definitions(fields=fields, model_name_map=names)
    made: dict[str, Any] = {}
    schemes: dict[str, Any] = {}
    for context in modules("routing").iter_route_contexts(app.routes):
        if not isinstance(context.original_route, modules("routing").APIRoute):
            continue
        path, more_schemes, definitions = document.get_openapi_path(
            route=context, operation_ids=set(), model_name_map=names, field_mapping=mapping
        )
        made |= {context.path: path} if path else {}
        schemes |= more_schemes
        schemas |= definitions
    whole = app.openapi()
    assert json.dumps(made) == json.dumps(whole["paths"])
    assert schemas.keys() == whole["components"]["schemas"].keys()
    assert schemes == whole["components"]["securitySchemes"]
    body = next(route for route in app.routes if route.name == "change").body_field
    asked = {"model_name_map": names, "field_mapping": mapping}
    reference = {"$ref": "#/components/schemas/Whole"}
    assert document.get_schema_from_model_field(field=body, **asked) == reference
    assert document.get_openapi_operation_request_body(body_field=None, **asked) is None
    assert document.get_openapi_operation_request_body(body_field=body, **asked) == {
        "required": True,
        "content": {"application/json": {"schema": reference}},
    }
