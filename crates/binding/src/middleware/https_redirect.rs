//! `HTTPSRedirectMiddleware`: which requests have come over TLS, to a proxy that says so.

use crate::channel::Channel;
use pyo3::prelude::*;
use sixlane_engine::http1::Head;

pub(super) struct HttpsRedirect {
    /// The client's address, or None, to whether it is a proxy whose word is taken.
    trusts: Py<PyAny>,
}

impl HttpsRedirect {
    pub(super) fn read(layer: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            trusts: layer.getattr("trusts")?.unbind(),
        })
    }

    /// The engine itself speaks plain HTTP: all but what a trusted proxy calls `https` is redirected, in Python.
    pub(super) fn passes(&self, py: Python<'_>, head: &Head<'_>, channel: &Channel) -> bool {
        let schemes = head
            .headers()
            .filter(|(name, _)| *name == b"x-forwarded-proto");
        // The last one counts, as every proxy adds its own.
        schemes.last().is_some_and(|(_, scheme)| scheme == b"https")
            && self.trusts_client(py, channel)
    }

    fn trusts_client(&self, py: Python<'_>, channel: &Channel) -> bool {
        let address = channel.client(py).and_then(|client| client.get_item(0));
        let trusted = address.and_then(|address| self.trusts.bind(py).call1((address,)));
        // In doubt Python looks at the request.
        trusted
            .and_then(|trusted| trusted.is_truthy())
            .unwrap_or(false)
    }
}
