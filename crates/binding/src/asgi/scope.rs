//! The ASGI connection scope of a request.

use super::WebSocketExchange;
use crate::channel::Channel;
use crate::dispatch::push_loggable;
use crate::exchange::{Scope, Stage};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};
use sixlane_engine::http1::Head;
use sixlane_engine::params::percent;

/// What every scope of a server shares.
pub(crate) struct ScopeFactory {
    /// All entries of a scope, for a plain GET: a copy has room for what the application adds, and entries that are
    /// there need only be changed.
    template: Py<PyDict>,
    root_path: String,
    /// The mapping that the lifespan yielded; every request gets a copy of its own.
    state: Option<Py<PyDict>>,
    /// `urllib.parse.unquote`, for paths that only Python decodes as Python does.
    unquote: Py<PyAny>,
    /// `(scope)`: puts in what trusted proxies tell of the client; None where nobody is trusted.
    apply_forwarded: Option<Py<PyAny>>,
    /// Names that most requests carry, made once.
    known_names: Vec<(&'static [u8], Py<PyBytes>)>,
}

const KNOWN_NAMES: [&[u8]; 12] = [
    b"host",
    b"user-agent",
    b"accept",
    b"accept-encoding",
    b"accept-language",
    b"connection",
    b"content-length",
    b"content-type",
    b"cookie",
    b"authorization",
    b"origin",
    b"referer",
];

/// By which proxies tell of the client.
const FORWARDED_NAMES: [&[u8]; 2] = [b"x-forwarded-for", b"x-forwarded-proto"];

impl ScopeFactory {
    pub(crate) fn new(
        py: Python<'_>,
        root_path: &str,
        state: Option<Py<PyDict>>,
        apply_forwarded: Option<Py<PyAny>>,
    ) -> PyResult<Self> {
        let versions = PyDict::new(py);
        versions.set_item("version", "3.0")?;
        // From 2.4 on, Starlette's streams learn that a client has left from `send` alone: one that
        // waits for its next value would hold its task and its dependencies for as long.
        versions.set_item("spec_version", "2.3")?;
        let template = PyDict::new(py);
        template.set_item("type", intern!(py, "http"))?;
        template.set_item("asgi", versions)?;
        template.set_item("http_version", intern!(py, "1.1"))?;
        template.set_item("method", intern!(py, "GET"))?;
        template.set_item("scheme", intern!(py, "http"))?;
        template.set_item("query_string", PyBytes::new(py, b""))?;
        template.set_item("root_path", root_path)?;
        for name in ["path", "raw_path", "headers", "client", "server"] {
            template.set_item(name, py.None())?;
        }
        Ok(Self {
            template: template.unbind(),
            root_path: root_path.to_owned(),
            state,
            apply_forwarded,
            unquote: py.import("urllib.parse")?.getattr("unquote")?.unbind(),
            known_names: KNOWN_NAMES
                .iter()
                .map(|name| (*name, PyBytes::new(py, name).unbind()))
                .collect(),
        })
    }

    /// What a proxy has stripped off paths.
    pub(crate) fn root_path(&self) -> &str {
        &self.root_path
    }

    fn build<'py>(
        &self,
        py: Python<'py>,
        channel: &Channel,
        head: &Head<'_>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let scope = self.template.bind(py).copy()?;
        if head.version_minor() == 0 {
            scope.set_item(intern!(py, "http_version"), intern!(py, "1.0"))?;
        }
        if head.method() != "GET" {
            scope.set_item(intern!(py, "method"), method(py, head.method()))?;
        }
        if channel.is_secure() {
            scope.set_item(intern!(py, "scheme"), intern!(py, "https"))?;
        }
        scope.set_item(intern!(py, "path"), self.path(py, head.raw_path())?)?;
        scope.set_item(intern!(py, "raw_path"), self.raw_path(py, head.raw_path()))?;
        if !head.query().is_empty() {
            scope.set_item(intern!(py, "query_string"), PyBytes::new(py, head.query()))?;
        }
        scope.set_item(intern!(py, "headers"), self.headers(py, head)?)?;
        scope.set_item(intern!(py, "client"), channel.client(py)?)?;
        scope.set_item(intern!(py, "server"), channel.server(py)?)?;
        if let Some(state) = &self.state {
            scope.set_item(intern!(py, "state"), state.bind(py).copy()?)?;
        }
        Ok(scope)
    }

    /// Has Python read the headers of proxies, where there are any.
    fn apply_forwarded(&self, scope: &Bound<'_, PyDict>, head: &Head<'_>) -> PyResult<()> {
        match self.forwarding(head) {
            Some(apply) => apply.bind(scope.py()).call1((scope,)).map(drop),
            None => Ok(()),
        }
    }

    /// What reads the headers of proxies, where there are any.
    fn forwarding(&self, head: &Head<'_>) -> Option<&Py<PyAny>> {
        let apply = self.apply_forwarded.as_ref()?;
        let mut names = head.headers().map(|(name, _)| name);
        names
            .any(|name| FORWARDED_NAMES.contains(&name))
            .then_some(apply)
    }

    /// The client as the access log has it.
    pub(crate) fn loggable_client(
        &self,
        py: Python<'_>,
        channel: &Channel,
        head: &Head<'_>,
    ) -> PyResult<String> {
        if self.forwarding(head).is_none() {
            return Ok(channel.loggable_client());
        }
        let scope = self.build(py, channel, head)?;
        self.apply_forwarded(&scope, head)?;
        let client = scope.get_item(intern!(py, "client"))?;
        let (host, port): (String, Bound<'_, PyAny>) = client.into_pyobject(py)?.extract()?;
        // Whatever a proxy has been told to pass on.
        let mut text = String::new();
        push_loggable(&mut text, host.as_bytes());
        Ok(format!("{text}:{port}"))
    }

    /// Makes the scope of a request that of a WebSocket connection.
    fn convert_to_websocket(
        scope: &Bound<'_, PyDict>,
        is_secure: bool,
        exchange: &WebSocketExchange,
    ) -> PyResult<()> {
        let py = scope.py();
        let scheme = if is_secure {
            intern!(py, "wss")
        } else {
            intern!(py, "ws")
        };
        scope.set_item(intern!(py, "type"), intern!(py, "websocket"))?;
        scope.set_item(intern!(py, "scheme"), scheme)?;
        scope.del_item(intern!(py, "method"))?;
        let subprotocols = exchange.handshake.subprotocols();
        scope.set_item(intern!(py, "subprotocols"), subprotocols)?;
        let extensions = PyDict::new(py);
        extensions.set_item(intern!(py, "websocket.http.response"), PyDict::new(py))?;
        scope.set_item(intern!(py, "extensions"), extensions)
    }

    fn path<'py>(&self, py: Python<'py>, raw: &[u8]) -> PyResult<Bound<'py, PyAny>> {
        match percent::decode(raw) {
            Some(path) if self.root_path.is_empty() => Ok(PyString::new(py, &path).into_any()),
            // As uvicorn does: what a proxy stripped is part of the path again.
            Some(path) => Ok(PyString::new(py, &format!("{}{path}", self.root_path)).into_any()),
            None => self.unquote.bind(py).call1((String::from_utf8_lossy(raw),)),
        }
    }

    fn raw_path<'py>(&self, py: Python<'py>, raw: &[u8]) -> Bound<'py, PyBytes> {
        if self.root_path.is_empty() {
            return PyBytes::new(py, raw);
        }
        PyBytes::new(py, &[self.root_path.as_bytes(), raw].concat())
    }

    fn headers<'py>(&self, py: Python<'py>, head: &Head<'_>) -> PyResult<Bound<'py, PyList>> {
        let headers = PyList::empty(py);
        for (name, value) in head.headers() {
            let known = self.known_names.iter().find(|(known, _)| *known == name);
            let name = match known {
                Some((_, name)) => name.bind(py).clone(),
                None => PyBytes::new(py, name),
            };
            headers.append(PyTuple::new(py, [name, PyBytes::new(py, value)])?)?;
        }
        Ok(headers)
    }
}

fn method<'py>(py: Python<'py>, method: &str) -> Bound<'py, PyString> {
    match method {
        "POST" => intern!(py, "POST").clone(),
        _ => PyString::new(py, method),
    }
}

/// The scope of the channel's current exchange: built once, then the same object.
pub(crate) fn scope_of<'py>(
    py: Python<'py>,
    factory: &ScopeFactory,
    channel: &Channel,
) -> PyResult<Bound<'py, PyDict>> {
    if let Some(scope) = &*channel.scope.borrow() {
        return Ok(scope.bind(py).clone());
    }
    let http = channel.http.borrow();
    let scope = factory.build(py, channel, &http.head())?;
    if let Stage::WebSocket(exchange) = &*channel.stage.borrow() {
        ScopeFactory::convert_to_websocket(&scope, channel.is_secure(), exchange)?;
    }
    factory.apply_forwarded(&scope, &http.head())?;
    let kept: Scope = scope.clone().unbind();
    *channel.scope.borrow_mut() = Some(kept);
    debug_assert!(
        !matches!(*channel.stage.borrow(), Stage::Idle),
        "a scope belongs to an exchange"
    );
    Ok(scope)
}
