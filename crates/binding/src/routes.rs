//! `Routes`: the compiled routes for the ASGI entrance, which walks the same plans as the engine.

use crate::answer::{self, Encoded};
use crate::asgi;
use crate::decode::{self, RequestParts};
use crate::plan::{Plan, Table};
use pyo3::exceptions::PyKeyError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyAny, PyBytes, PyDict, PyList, PyString, PyTuple};
use sixlane_engine::router::{Found, ParamRanges};
use std::sync::Arc;

/// An application's routes, compiled once for both entrances.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Routes {
    pub(crate) table: Arc<Table>,
}

#[pymethods]
impl Routes {
    /// Compiles a list of `EngineRoute`; the layers, innermost first, are those that the engine applies.
    #[new]
    #[pyo3(signature = (routes, layers=Vec::new()))]
    fn new(
        py: Python<'_>,
        routes: Vec<Py<PyAny>>,
        layers: Vec<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let table = Table::read(py, &routes, &layers)?;
        Ok(Self {
            table: Arc::new(table),
        })
    }

    /// The first route at or after `start` for a decoded path: the outcome's number (0 the route
    /// matches, 1 only Python can tell, 2 another method, 3 none) and the route's index.
    fn find(&self, path: &str, method: &str, start: usize) -> (u8, usize) {
        match self
            .table
            .router
            .find(path.as_bytes(), method, start, &mut ParamRanges::default())
        {
            Found::Route(index) => (0, index),
            Found::Opaque(index) => (1, index),
            Found::MethodNotAllowed(index) => (2, index),
            Found::NotFound => (3, self.table.routes.len()),
        }
    }

    /// The planned call that serves a request, noted in its scope; None where the route has no plan
    /// or none matches.
    fn select(&self, py: Python<'_>, scope: Bound<'_, PyDict>) -> PyResult<Option<Planned>> {
        let path = required(&scope, intern!(py, "path"))?.cast_into::<PyString>()?;
        let method = required(&scope, intern!(py, "method"))?.cast_into::<PyString>()?;
        let Ok(text) = path.to_str() else {
            return Ok(None);
        };
        let start = match scope.get_item(intern!(py, "root_path"))? {
            Some(root) => stripped(text, root.cast::<PyString>()?.to_str()?),
            None => 0,
        };
        let routed = text.get(start..).unwrap_or_default();
        let mut ranges = ParamRanges::default();
        let Found::Route(index) =
            self.table
                .router
                .find(routed.as_bytes(), method.to_str()?, 0, &mut ranges)
        else {
            return Ok(None);
        };
        let Some(Some(plan)) = self.table.routes.get(index) else {
            return Ok(None);
        };
        let path_params = match scope.get_item(intern!(py, "path_params"))? {
            // Those of the mounts above.
            Some(above) => above.cast_into::<PyDict>()?.copy()?,
            None => PyDict::new(py),
        };
        let parameters = self.table.router.parameters(index);
        for (parameter, (start, end)) in parameters.iter().zip(ranges.as_slice()) {
            let text = routed.get(*start..*end);
            match plan.convertor(&parameter.name) {
                Some(convert) => {
                    path_params.set_item(&parameter.name, convert.bind(py).call1((text,))?)?;
                }
                None => path_params.set_item(&parameter.name, text)?,
            }
        }
        scope.set_item(intern!(py, "route"), &plan.route)?;
        scope.set_item(intern!(py, "endpoint"), &plan.endpoint)?;
        scope.set_item(intern!(py, "path_params"), path_params)?;
        Ok(Some(Planned {
            plan: Arc::clone(plan),
            ranges,
            path: routed.into(),
            scope: scope.unbind(),
        }))
    }
}

/// How much of the path a mount or a proxy has taken, as Starlette's `get_route_path` reckons.
fn stripped(path: &str, root_path: &str) -> usize {
    match path.strip_prefix(root_path) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => root_path.len(),
        _ => 0,
    }
}

fn required<'py>(
    scope: &Bound<'py, PyDict>,
    name: &Bound<'py, PyString>,
) -> PyResult<Bound<'py, PyAny>> {
    scope
        .get_item(name)?
        .ok_or_else(|| PyKeyError::new_err(name.clone().unbind()))
}

/// A request of the ASGI entrance whose route has a plan.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Planned {
    plan: Arc<Plan>,
    ranges: ParamRanges,
    /// What is left of the path behind a mount or a proxy.
    path: Box<str>,
    scope: Py<PyDict>,
}

#[pymethods]
impl Planned {
    /// The `RoutePlan`.
    #[getter]
    fn plan(&self, py: Python<'_>) -> Py<PyAny> {
        self.plan.declared.clone_ref(py)
    }

    /// Whether `arguments` needs the request's body; a form that it does not take whole is none.
    #[getter]
    fn reads_body(&self, py: Python<'_>) -> PyResult<bool> {
        let Some(form) = &self.plan.form else {
            return Ok(self.plan.reads_body);
        };
        let scope = self.scope.bind(py);
        if scope.contains(intern!(py, "sixlane.form_limits"))? {
            // What is around this application limits forms: only the solver knows how.
            return Ok(false);
        }
        let Ok(headers) = read_headers(scope) else {
            return Ok(false);
        };
        let first = |wanted: &[u8]| {
            let named = headers.iter().find(|(name, _)| name.as_bytes() == wanted);
            named.map(|(_, value)| value.as_bytes())
        };
        let length = first(b"content-length").and_then(|text| str::from_utf8(text).ok());
        let length = length.and_then(|text| text.parse().ok());
        Ok(form.reads_whole(first(b"content-type"), length))
    }

    /// The positional arguments of the plan's call; None leaves the request to the solver.
    ///
    /// # Errors
    /// A validator of the user's refuses one.
    #[pyo3(signature = (body, receive, send))]
    fn arguments<'py>(
        &self,
        py: Python<'py>,
        body: Option<Bound<'py, PyBytes>>,
        receive: Bound<'py, PyAny>,
        send: Bound<'py, PyAny>,
    ) -> PyResult<Option<Vec<Bound<'py, PyAny>>>> {
        let scope = self.scope.bind(py);
        let query = scope.get_item(intern!(py, "query_string"))?;
        let headers = match self.plan.reads_headers {
            true => read_headers(scope),
            false => Ok(Vec::new()),
        };
        // What Starlette takes, and ASGI does not allow, is left to it.
        let (Ok(query), Ok(headers)) = (query.map(Bound::cast_into).transpose(), headers) else {
            return Ok(None);
        };
        let parts = ScopeParts {
            path: &self.path,
            query,
            headers,
            body,
            asgi: [scope.clone().into_any(), receive, send],
        };
        decode::arguments(py, &parts, &self.plan, &self.ranges)
            .map(|arguments| self.plan.judge(py, arguments.values))
            .transpose()
    }

    /// The ASGI messages that answer with the handler's value; None leaves it to the interpreter.
    ///
    /// # Errors
    /// The value does not fit the response model.
    fn answer<'py>(
        &self,
        py: Python<'py>,
        value: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Messages<'py>>> {
        let mut body = Vec::with_capacity(256);
        let scope = || Ok(self.scope.bind(py).clone());
        match answer::encode(py, &self.plan, value, scope, &mut body)? {
            Encoded::Written => {}
            Encoded::Declined => return Ok(None),
            Encoded::Refused(error) => return Err(error),
        }
        let length = PyBytes::new(py, itoa::Buffer::new().format(body.len()).as_bytes());
        let length = PyTuple::new(py, [name_of_length(py), length])?;
        let headers = PyList::new(py, [length, json_type(py)?])?;
        let start = PyDict::new(py);
        start.set_item(intern!(py, "type"), intern!(py, "http.response.start"))?;
        start.set_item(intern!(py, "status"), self.plan.reply.status)?;
        start.set_item(intern!(py, "headers"), headers)?;
        let rest = PyDict::new(py);
        rest.set_item(intern!(py, "type"), intern!(py, "http.response.body"))?;
        rest.set_item(intern!(py, "body"), PyBytes::new(py, &body))?;
        Ok(Some((start, rest)))
    }
}

/// The headers of a scope, which are kept there as a list: they may come as something that is read only once.
fn read_headers<'py>(scope: &Bound<'py, PyDict>) -> PyResult<Headers<'py>> {
    let name = intern!(scope.py(), "headers");
    let mut given = required(scope, name)?;
    if !given.is_instance_of::<PyList>() && !given.is_instance_of::<PyTuple>() {
        let list = PyList::empty(scope.py());
        for header in given.try_iter()? {
            list.append(header?)?;
        }
        scope.set_item(name, &list)?;
        given = list.into_any();
    }
    let mut headers = Vec::new();
    for header in given.try_iter()? {
        let (name, value) = asgi::read_pair(&header?)?;
        headers.push((name.cast_into()?, value.cast_into()?));
    }
    Ok(headers)
}

/// Names in lower case, and values.
type Headers<'py> = Vec<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)>;

/// The start and the body of an answer.
type Messages<'py> = (Bound<'py, PyDict>, Bound<'py, PyDict>);

fn name_of_length(py: Python<'_>) -> Bound<'_, PyBytes> {
    static NAME: PyOnceLock<Py<PyBytes>> = PyOnceLock::new();
    let name = NAME.get_or_init(py, || PyBytes::new(py, b"content-length").unbind());
    name.bind(py).clone()
}

fn json_type(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
    static HEADER: PyOnceLock<Py<PyTuple>> = PyOnceLock::new();
    let header = HEADER.get_or_try_init(py, || {
        let parts: [&[u8]; 2] = [b"content-type", b"application/json"];
        PyTuple::new(py, parts.map(|part| PyBytes::new(py, part))).map(Bound::unbind)
    })?;
    Ok(header.bind(py).clone())
}

struct ScopeParts<'a, 'py> {
    path: &'a str,
    query: Option<Bound<'py, PyBytes>>,
    headers: Headers<'py>,
    body: Option<Bound<'py, PyBytes>>,
    asgi: [Bound<'py, PyAny>; 3],
}

impl RequestParts for ScopeParts<'_, '_> {
    fn path(&self) -> &[u8] {
        self.path.as_bytes()
    }

    fn query(&self) -> &[u8] {
        self.query.as_ref().map_or(b"", |query| query.as_bytes())
    }

    fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.headers
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()))
    }

    fn body(&self) -> Option<&[u8]> {
        self.body.as_ref().map(|body| body.as_bytes())
    }

    fn asgi<'py>(&self, py: Python<'py>) -> Option<[Bound<'py, PyAny>; 3]> {
        Some(
            self.asgi
                .clone()
                .map(|argument| argument.unbind().into_bound(py)),
        )
    }
}
