//! The extension module `sixlane._engine`.

use pyo3::prelude::*;

/// The native engine: HTTP, routing and parameter decoding inside the running asyncio loop.
#[pymodule(gil_used = true)]
mod _engine {}
