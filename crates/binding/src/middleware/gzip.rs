//! `GZipMiddleware`: which answers it leaves as they are.

use pyo3::prelude::*;
use sixlane_engine::http1::Head;

/// Partial content is never compressed (RFC 9110 section 15.3.7).
const PARTIAL_CONTENT: u16 = 206;

pub(super) struct Gzip {
    /// Bytes from which on a body is compressed.
    minimum_size: usize,
}

impl Gzip {
    pub(super) fn read(layer: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            minimum_size: layer.getattr("minimum_size")?.extract()?,
        })
    }

    /// Whether an answer depends on the encodings that the client accepts.
    pub(super) fn applies(&self, status: u16, length: usize) -> bool {
        length >= self.minimum_size && status != PARTIAL_CONTENT
    }

    /// As Starlette asks: the word alone, wherever it stands and whatever its weight.
    pub(super) fn is_accepted(head: &Head<'_>) -> bool {
        let word = b"gzip";
        head.header(b"accept-encoding")
            .is_some_and(|accepted| accepted.windows(word.len()).any(|part| part == word))
    }
}
