//! Stock middleware as a part of the plan: which requests it hands on, and what it adds to answers.
//!
//! Native code never writes an answer of the middleware's own. A request that a layer would answer or turn away, and
//! an answer whose body a layer would change, go through the classes themselves, in Python.

mod cors;
mod gzip;
mod https_redirect;
mod trusted_host;

use crate::channel::Channel;
use cors::Cors;
use gzip::Gzip;
use https_redirect::HttpsRedirect;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use sixlane_engine::http1::Head;
use trusted_host::TrustedHost;

/// The middleware of an application, all of it stock.
pub(crate) struct Middleware {
    /// Innermost first, as answers pass them.
    layers: Vec<Layer>,
}

enum Layer {
    Cors(Cors),
    Gzip(Gzip),
    TrustedHost(TrustedHost),
    HttpsRedirect(HttpsRedirect),
}

impl Middleware {
    /// Reads a list of layers, innermost first, from `sixlane._compile.plan`.
    pub(crate) fn read(layers: &[Bound<'_, PyAny>]) -> PyResult<Self> {
        let layers = layers.iter().map(Layer::read).collect::<PyResult<_>>()?;
        Ok(Self { layers })
    }

    /// Whether every layer certainly hands the request on to the route.
    pub(crate) fn passes(&self, py: Python<'_>, head: &Head<'_>, channel: &Channel) -> bool {
        self.layers.iter().all(|layer| match layer {
            Layer::Cors(cors) => cors.passes(head),
            Layer::Gzip(_) => true,
            Layer::TrustedHost(hosts) => hosts.passes(head),
            Layer::HttpsRedirect(redirect) => redirect.passes(py, head, channel),
        })
    }

    /// Adds the layers' header lines to those of an answer that has no `vary` of its own.
    ///
    /// False where a layer changes the body too; the lines are of no use then.
    pub(crate) fn add_headers(
        &self,
        head: &Head<'_>,
        status: u16,
        length: usize,
        lines: &mut Vec<u8>,
    ) -> bool {
        let mut separator: &[u8] = b"vary: ";
        let mut vary = |lines: &mut Vec<u8>, name: &[u8]| {
            lines.extend_from_slice(separator);
            lines.extend_from_slice(name);
            separator = b", ";
        };
        for layer in &self.layers {
            match layer {
                Layer::Cors(_) => vary(lines, b"Origin"),
                Layer::Gzip(gzip) if gzip.applies(status, length) => {
                    if Gzip::is_accepted(head) {
                        return false;
                    }
                    vary(lines, b"Accept-Encoding");
                }
                _ => {}
            }
        }
        if separator == b", " {
            lines.extend_from_slice(b"\r\n");
        }
        for layer in &self.layers {
            if let Layer::Cors(cors) = layer {
                cors.add_headers(head, lines);
            }
        }
        true
    }
}

impl Layer {
    fn read(layer: &Bound<'_, PyAny>) -> PyResult<Self> {
        let kind: String = layer.getattr("kind")?.extract()?;
        Ok(match kind.as_str() {
            "cors" => Self::Cors(Cors::read(layer)?),
            "gzip" => Self::Gzip(Gzip::read(layer)?),
            "trusted host" => Self::TrustedHost(TrustedHost::read(layer)?),
            "https redirect" => Self::HttpsRedirect(HttpsRedirect::read(layer)?),
            _ => {
                let message = format!("middleware plan: unknown kind {kind:?}");
                return Err(PyValueError::new_err(message));
            }
        })
    }
}
