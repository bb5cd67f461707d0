//! `CORSMiddleware`: what it adds to the answers of requests that are no preflights.

use pyo3::prelude::*;
use sixlane_engine::http1::Head;
use std::collections::HashSet;

pub(super) struct Cors {
    /// Complete lines for every request that names its origin.
    headers: Vec<u8>,
    /// The allowed origins, which are told their own name; without those in `headers` as "*".
    origins: HashSet<Vec<u8>>,
    /// Any origin is told its own name.
    reflects_all: bool,
    /// Only Python can tell about an origin that is not among `origins`.
    has_pattern: bool,
}

impl Cors {
    pub(super) fn read(layer: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            headers: layer.getattr("headers")?.extract()?,
            origins: layer.getattr("origins")?.extract()?,
            reflects_all: layer.getattr("reflects_all")?.extract()?,
            has_pattern: layer.getattr("has_pattern")?.extract()?,
        })
    }

    /// A preflight (Fetch, section "CORS-preflight request") is answered in Python.
    pub(super) fn passes(&self, head: &Head<'_>) -> bool {
        head.header(b"origin").is_none_or(|origin| {
            head.method() != "OPTIONS" && (!self.has_pattern || self.is_listed(origin))
        })
    }

    pub(super) fn add_headers(&self, head: &Head<'_>, lines: &mut Vec<u8>) {
        let Some(origin) = head.header(b"origin") else {
            return;
        };
        lines.extend_from_slice(&self.headers);
        if self.is_listed(origin) {
            lines.extend_from_slice(b"access-control-allow-origin: ");
            lines.extend_from_slice(origin);
            lines.extend_from_slice(b"\r\n");
        }
    }

    fn is_listed(&self, origin: &[u8]) -> bool {
        self.reflects_all || self.origins.contains(origin)
    }
}
