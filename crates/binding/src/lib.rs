//! The extension module `sixlane._engine`: the engine inside asyncio.
//!
//! `engine` is what Python sees; `reactor` turns, by its `clock`; `accepting` makes the `channel`s, each one connection; `dispatch`
//! is the request path, with `decode`, `form` and `upload` before the call, `answer`, `json` and `writing` after it; `tasks` and
//! `threads` run the user's code, and `completion` takes what ends later; `asgi` hosts applications.

use pyo3::prelude::*;

mod accepting;
mod answer;
mod asgi;
mod channel;
mod clock;
mod completion;
mod decode;
mod dispatch;
mod engine;
mod error_room;
mod errors;
mod exchange;
mod form;
mod hooks;
mod json;
mod limits;
mod listener;
mod memory;
mod middleware;
mod multipart;
mod overrides;
mod plan;
mod raw;
mod reactor;
mod routes;
mod tasks;
mod threads;
mod upload;
mod writing;

/// The native engine: HTTP, routing and parameter decoding inside the running asyncio loop.
#[pymodule(gil_used = true)]
mod _engine {
    #[pymodule_export]
    use crate::engine::Engine;
    #[pymodule_export]
    use crate::error_room::may_make_errors;
    #[pymodule_export]
    use crate::json::{dump_answer, dump_stream_item};
    #[pymodule_export]
    use crate::limits::default_limits;
    #[pymodule_export]
    use crate::memory::keep_freed_memory;
    #[pymodule_export]
    use crate::multipart::MultipartParser;
    #[pymodule_export]
    use crate::routes::{Planned, Routes};
    #[pymodule_export]
    use crate::threads::Worker;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::asgi::prepare(module.py());
        let client_left = module.py().get_type::<crate::errors::ClientLeftError>();
        module.add("ClientLeftError", client_left)
    }
}
