//! The compiled routes as the engine walks them; built once from `sixlane._compile.plan`.

use crate::middleware::Middleware;
use crate::overrides::Overrides;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString};
use sixlane_engine::router::{RouteSpec, Router};
use std::sync::Arc;

/// All routes of an application, in the order in which they were declared.
pub(crate) struct Table {
    pub(crate) router: Router,
    pub(crate) routes: Vec<Option<Arc<Plan>>>,
    /// Which of them bound their bodies by themselves.
    bounded: Vec<bool>,
}

/// How one route is called and answered.
pub(crate) struct Plan {
    /// The `RoutePlan` that this was read from.
    pub(crate) declared: Py<PyAny>,
    /// The `APIRoute` and its handler, for the scope.
    pub(crate) route: Py<PyAny>,
    pub(crate) endpoint: Py<PyAny>,
    /// Path parameter to `convert` of its convertor, where that makes something else than the text.
    convertors: Vec<(String, Py<PyAny>)>,
    /// The handler itself, or the generated function that wires its dependencies.
    pub(crate) call: Py<PyAny>,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) kind: CallKind,
    pub(crate) reads_body: bool,
    /// What a form may be to be read whole, where the body is one.
    pub(crate) form: Option<FormBounds>,
    /// An argument depends on the request's headers.
    pub(crate) reads_headers: bool,
    /// The call is given a `Request`, by which the handler may read the body itself.
    pub(crate) takes_request: bool,
    pub(crate) body_limit: u64,
    pub(crate) reply: Reply,
    /// While a dependency of the call is replaced, the solver serves the route.
    pub(crate) overrides: Overrides,
    /// The values as they came, in a list, to the body of the 422 that refuses them, or to None, which leaves it to
    /// `solve`.
    pub(crate) refuse: Option<Py<PyAny>>,
    /// Validates in the list of all values those whose validation runs the user's code.
    judge: Option<Py<PyAny>>,
    /// `(scope, receive, send)`: solves the request from its raw parts (the oracle).
    pub(crate) solve: Py<PyAny>,
    /// `(error, scope, receive, send)`: answers for an error that the call raised.
    pub(crate) fail: Py<PyAny>,
    /// The application's middleware, which the engine applies itself.
    pub(crate) middleware: Option<Arc<Middleware>>,
}

/// How the call is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum CallKind {
    /// A coroutine that provably only makes a value: it neither waits nor reaches its task.
    Direct,
    /// A coroutine that may suspend.
    Coroutine,
    /// A function for a worker thread.
    Thread,
}

/// One positional argument of the call.
pub(crate) struct Argument {
    pub(crate) source: Source,
    pub(crate) name: Box<str>,
    /// Place among the path's parameters, in pattern order; unused for other sources.
    pub(crate) position: usize,
    pub(crate) form: Form,
    /// The fields of a form model.
    pub(crate) members: Vec<Member>,
    /// The value where the request has none; None when one is required.
    pub(crate) default: Option<Py<PyAny>>,
    /// Turns the decoded text (or the body's bytes) into the value; raises where it does not fit.
    pub(crate) validate: Option<Py<PyAny>>,
    /// Does the same for a large body.
    pub(crate) validate_large: Option<Py<PyAny>>,
}

/// A field of a form model.
pub(crate) struct Member {
    /// The name as validation knows it.
    pub(crate) alias: Py<PyString>,
    /// The name on the wire.
    pub(crate) name: Box<str>,
    /// Whether all values are wanted.
    pub(crate) form: Form,
}

/// What a form may be to be read whole and decoded natively.
pub(crate) struct FormBounds {
    /// The length of a urlencoded one, in bytes.
    pub(crate) whole_bytes: u64,
    /// Its number of fields.
    pub(crate) fields: usize,
    /// The length of one with files, in bytes.
    pub(crate) upload_bytes: u64,
    /// Its number of files.
    pub(crate) files: usize,
    /// The length of a text in it, in bytes.
    pub(crate) text_bytes: usize,
    /// `(content, filename, headers)`: makes an `UploadFile`.
    pub(crate) make_file: Py<PyAny>,
}

/// Where an argument is read from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Source {
    Path,
    Query,
    Header,
    Cookie,
    Body,
    Form,
    Request,
}

/// How an argument's text becomes a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Text,
    Integer,
    Float,
    Boolean,
    /// `validate` decides.
    Validated,
    /// `validate` decides over the list of all values.
    List,
    /// `validate` decides over a dictionary of the model's fields.
    Model,
}

/// How the handler's value becomes the answer.
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// Preformatted `name: value\r\n` lines.
    pub(crate) headers: Vec<u8>,
    /// The value to the value that is encoded; None leaves it as it is.
    pub(crate) validate: Option<Py<PyAny>>,
    /// The value to JSON bytes; None: the native encoder.
    pub(crate) encode: Option<Py<PyAny>>,
    /// `(error, value, scope)`: the error to answer for a value on which `validate` or what
    /// follows has failed; None
    /// leaves the value to `render`.
    pub(crate) refuse: Py<PyAny>,
    /// The Python renderer: value to `(status, headers, body)`, for all that the native one declines.
    pub(crate) render: Py<PyAny>,
    /// `(body, scope, receive, send)`: sends an encoded body that middleware changes; None without middleware.
    pub(crate) send: Option<Py<PyAny>>,
}

impl Table {
    /// The table of an application without routes: everything goes to the ASGI application.
    pub(crate) fn empty() -> Self {
        Self {
            router: Router::default(),
            routes: Vec::new(),
            bounded: Vec::new(),
        }
    }

    /// Whether the application bounds the bodies of a route, so that the engine's bound is not asked.
    pub(crate) fn is_bounded(&self, index: usize) -> bool {
        self.bounded.get(index).copied().unwrap_or_default()
    }

    /// Reads a list of `EngineRoute`, and the layers of the application's middleware.
    pub(crate) fn read(
        py: Python<'_>,
        routes: &[Py<PyAny>],
        layers: &[Bound<'_, PyAny>],
    ) -> PyResult<Self> {
        let middleware = match layers {
            [] => None,
            layers => Some(Arc::new(Middleware::read(layers)?)),
        };
        let mut specs = Vec::new();
        let mut plans = Vec::new();
        let mut bounded = Vec::new();
        for route in routes {
            let route = route.bind(py);
            bounded.push(route.getattr("is_bounded")?.extract()?);
            specs.push(RouteSpec {
                pattern: route.getattr("pattern")?.extract()?,
                methods: route.getattr("methods")?.extract()?,
                opaque: route.getattr("opaque")?.extract()?,
            });
            let plan = route.getattr("plan")?;
            plans.push(if plan.is_none() {
                None
            } else {
                Some(Arc::new(Plan::read(&plan, middleware.clone())?))
            });
        }
        let router =
            Router::build(&specs).map_err(|error| PyValueError::new_err(error.to_string()))?;
        Ok(Self {
            router,
            routes: plans,
            bounded,
        })
    }
}

impl Plan {
    /// What turns a path parameter's text into the value that a `Request` shows.
    pub(crate) fn convertor(&self, name: &str) -> Option<&Py<PyAny>> {
        let mut convertors = self.convertors.iter();
        convertors.find_map(|(other, convert)| (other == name).then_some(convert))
    }

    fn read(plan: &Bound<'_, PyAny>, middleware: Option<Arc<Middleware>>) -> PyResult<Self> {
        let mut arguments = Vec::new();
        for argument in plan.getattr("arguments")?.try_iter()? {
            arguments.push(Argument::read(&argument?)?);
        }
        let kind: String = plan.getattr("kind")?.extract()?;
        let reads = |sources: &[Source]| {
            let mut read = arguments.iter().map(|argument| argument.source);
            read.any(|source| sources.contains(&source))
        };
        let route = plan.getattr("route")?;
        Ok(Self {
            declared: plan.clone().unbind(),
            convertors: read_convertors(&route)?,
            endpoint: route.getattr("endpoint")?.unbind(),
            route: route.unbind(),
            call: plan.getattr("call")?.unbind(),
            takes_request: reads(&[Source::Request]),
            reads_body: reads(&[Source::Body, Source::Form]),
            form: FormBounds::read(&plan.getattr("form")?)?,
            reads_headers: reads(&[Source::Header, Source::Cookie, Source::Body]),
            arguments,
            kind: match kind.as_str() {
                "direct" => CallKind::Direct,
                "coroutine" => CallKind::Coroutine,
                "thread" => CallKind::Thread,
                _ => return Err(unknown("kind", &kind)),
            },
            body_limit: plan.getattr("body_limit")?.extract()?,
            reply: Reply::read(&plan.getattr("reply")?)?,
            overrides: Overrides::read(plan)?,
            refuse: optional(&plan.getattr("refuse")?),
            judge: optional(&plan.getattr("judge")?),
            solve: plan.getattr("solve")?.unbind(),
            fail: plan.getattr("fail")?.unbind(),
            middleware,
        })
    }
}

impl Plan {
    /// The values of a call as it takes them: the user's validators have judged those that are theirs.
    ///
    /// # Errors
    /// They refuse a value, or fail; `fail` answers.
    pub(crate) fn judge<'py>(
        &self,
        py: Python<'py>,
        values: Vec<Bound<'py, PyAny>>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let Some(judge) = &self.judge else {
            return Ok(values);
        };
        let values = PyList::new(py, values)?;
        judge.bind(py).call1((&values,))?;
        Ok(values.iter().collect())
    }
}

impl Argument {
    fn read(argument: &Bound<'_, PyAny>) -> PyResult<Self> {
        let source: String = argument.getattr("source")?.extract()?;
        let required: bool = argument.getattr("required")?.extract()?;
        Ok(Self {
            source: match source.as_str() {
                "path" => Source::Path,
                "query" => Source::Query,
                "header" => Source::Header,
                "cookie" => Source::Cookie,
                "body" => Source::Body,
                "form" => Source::Form,
                "request" => Source::Request,
                _ => return Err(unknown("source", &source)),
            },
            name: read_name(argument)?,
            position: argument.getattr("position")?.extract()?,
            form: Form::read(argument)?,
            members: argument
                .getattr("members")?
                .try_iter()?
                .map(|member| Member::read(&member?))
                .collect::<PyResult<_>>()?,
            default: if required {
                None
            } else {
                Some(argument.getattr("default")?.unbind())
            },
            validate: optional(&argument.getattr("validate")?),
            validate_large: optional(&argument.getattr("validate_large")?),
        })
    }
}

impl Form {
    fn read(declared: &Bound<'_, PyAny>) -> PyResult<Self> {
        let form: String = declared.getattr("form")?.extract()?;
        Ok(match form.as_str() {
            "text" => Self::Text,
            "integer" => Self::Integer,
            "float" => Self::Float,
            "boolean" => Self::Boolean,
            "validated" => Self::Validated,
            "list" => Self::List,
            "model" => Self::Model,
            _ => return Err(unknown("form", &form)),
        })
    }
}

impl Member {
    fn read(member: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            alias: member.getattr("alias")?.extract()?,
            name: read_name(member)?,
            form: Form::read(member)?,
        })
    }
}

impl FormBounds {
    fn read(bounds: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if bounds.is_none() {
            return Ok(None);
        }
        Ok(Some(Self {
            whole_bytes: bounds.getattr("whole_bytes")?.extract()?,
            fields: bounds.getattr("fields")?.extract()?,
            upload_bytes: bounds.getattr("upload_bytes")?.extract()?,
            files: bounds.getattr("files")?.extract()?,
            text_bytes: bounds.getattr("text_bytes")?.extract()?,
            make_file: bounds.getattr("make_file")?.unbind(),
        }))
    }
}

fn read_name(declared: &Bound<'_, PyAny>) -> PyResult<Box<str>> {
    let name = declared.getattr("name")?;
    Ok(name.cast::<PyString>()?.to_str()?.into())
}

impl Reply {
    fn read(reply: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            status: reply.getattr("status")?.extract()?,
            headers: reply.getattr("headers")?.extract()?,
            validate: optional(&reply.getattr("validate")?),
            encode: optional(&reply.getattr("encode")?),
            refuse: reply.getattr("refuse")?.unbind(),
            render: reply.getattr("render")?.unbind(),
            send: optional(&reply.getattr("send")?),
        })
    }
}

fn read_convertors(route: &Bound<'_, PyAny>) -> PyResult<Vec<(String, Py<PyAny>)>> {
    let mut convertors = Vec::new();
    for (name, convertor) in route.getattr("param_convertors")?.cast::<PyDict>()? {
        let kind = convertor.get_type().name()?;
        if kind != "StringConvertor" && kind != "PathConvertor" {
            convertors.push((name.extract()?, convertor.getattr("convert")?.unbind()));
        }
    }
    Ok(convertors)
}

fn optional(value: &Bound<'_, PyAny>) -> Option<Py<PyAny>> {
    (!value.is_none()).then(|| value.clone().unbind())
}

fn unknown(field: &str, value: &str) -> PyErr {
    PyValueError::new_err(format!("route plan: unknown {field} {value:?}"))
}
