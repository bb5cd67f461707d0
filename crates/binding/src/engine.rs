//! `Engine`: the reactor as Python sees it.

use crate::asgi::ScopeFactory;
use crate::hooks::Hooks;
use crate::limits::read_limits;
use crate::listener::{Listeners, Origin};
use crate::raw;
use crate::reactor::{self, FIRST_LISTENER, Parts, Reactor, WAKER};
use crate::routes::Routes;
use crate::tasks::TaskPool;
use crate::threads::ThreadPool;
use mio::{Poll, Waker};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use std::cell::OnceCell;
use std::os::fd::AsRawFd;
use std::sync::Arc;

/// An HTTP server inside the asyncio loop of the thread that creates it.
///
/// The owner registers `fileno()` with the loop (`add_reader`) and has it call `run_ready`; it
/// calls `expire` a few times a second.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Engine {
    descriptor: i32,
}

#[pymethods]
impl Engine {
    /// Args are keyword-only; see `sixlane._serve.host.EngineSettings` for their meaning.
    #[new]
    #[pyo3(signature = (*, event_loop, app, log_error, log_access, log_refusal, root_path, state, apply_forwarded, limits, thread_limiter, start_thread))]
    #[expect(clippy::too_many_arguments, reason = "keyword-only: named at the call")]
    fn new(
        event_loop: &Bound<'_, PyAny>,
        app: Py<PyAny>,
        log_error: Py<PyAny>,
        log_access: Option<Py<PyAny>>,
        log_refusal: Option<Py<PyAny>>,
        root_path: &str,
        state: Option<Py<PyDict>>,
        apply_forwarded: Option<Py<PyAny>>,
        limits: &Bound<'_, PyDict>,
        thread_limiter: Py<PyAny>,
        start_thread: Py<PyAny>,
    ) -> PyResult<Self> {
        let py = event_loop.py();
        let poll = Poll::new()?;
        let descriptor = poll.as_raw_fd();
        let waker = Waker::new(poll.registry(), WAKER)?;
        Reactor::install(Parts {
            poll,
            tasks: TaskPool::new(event_loop)?,
            threads: ThreadPool::new(thread_limiter, waker, start_thread),
            scopes: ScopeFactory::new(py, root_path, state, apply_forwarded)?,
            hooks: Hooks {
                app,
                log_error,
                log_access,
                log_refusal,
                run_ready: OnceCell::new(),
                send_heads: OnceCell::new(),
            },
            limits: read_limits(limits)?,
        });
        Ok(Self { descriptor })
    }

    /// The poller's descriptor: readable whenever `run_ready` has something to do.
    fn fileno(&self) -> i32 {
        self.descriptor
    }

    /// Has the engine call its own `run_ready`, `send_heads` and `resume_yielded` through the loop, when
    /// a turn was cut, when an answer has begun, and when a coroutine has yielded.
    fn continue_with(
        &self,
        run_ready: Py<PyAny>,
        send_heads: Py<PyAny>,
        resume_yielded: Py<PyAny>,
    ) -> PyResult<()> {
        let reactor = reactor::current()?;
        let first = reactor.hooks.run_ready.set(run_ready).is_ok();
        if first
            && reactor.hooks.send_heads.set(send_heads).is_ok()
            && reactor.tasks.resume_with(resume_yielded)
        {
            return Ok(());
        }
        Err(PyValueError::new_err(
            "the engine has its callbacks already",
        ))
    }

    /// Sends the heads of answers whose body is long in coming.
    fn send_heads(&self, py: Python<'_>) -> PyResult<()> {
        // Called through the loop, maybe after the engine has been closed.
        reactor::current().map_or(Ok(()), |reactor| reactor.send_heads(py))
    }

    /// Resumes the coroutines that have asked for a turn of the loop.
    fn resume_yielded(&self, py: Python<'_>) -> PyResult<()> {
        // Called through the loop too, see `send_heads`.
        reactor::current().map_or(Ok(()), |reactor| reactor.resume_yielded(py))
    }

    /// Serves everything that is ready, up to a bound.
    fn run_ready(&self, py: Python<'_>) -> PyResult<()> {
        // Called through the loop too, see `send_heads`.
        reactor::current().map_or(Ok(()), |reactor| reactor.run_ready(py))
    }

    /// Ends or answers what has outlived its time.
    fn expire(&self, py: Python<'_>) -> PyResult<()> {
        reactor::current()?.expire(py)
    }

    /// Accepts connections on a listening socket, of which the engine keeps a duplicate; see
    /// `sixlane._serve.host.Origin` for the other arguments.
    #[pyo3(signature = (descriptor, *, is_secure, client, server))]
    fn listen(
        &self,
        py: Python<'_>,
        descriptor: i32,
        is_secure: bool,
        client: Option<(String, u16)>,
        server: Option<(String, u16)>,
    ) -> PyResult<()> {
        let reactor = reactor::current()?;
        let socket = raw::duplicate_listener(descriptor)?;
        let address = socket.local_addr()?;
        let is_anywhere = server.is_none() && address.ip().is_unspecified();
        let server = server.unwrap_or_else(|| (address.ip().to_string(), address.port()));
        let origin = Origin {
            server: server.into_pyobject(py)?.unbind(),
            is_anywhere,
            client,
            is_secure,
        };
        let poll = reactor.poll.borrow();
        let mut listeners = reactor.listeners.borrow_mut();
        if listeners.len() >= reactor::LISTENERS {
            return Err(PyValueError::new_err("too many listening sockets"));
        }
        listeners.add(poll.registry(), socket, origin, FIRST_LISTENER)?;
        Ok(())
    }

    /// Serves these routes from now on; requests in progress keep those they started with.
    fn set_routes(&self, routes: &Routes) -> PyResult<()> {
        *reactor::current()?.table.borrow_mut() = Arc::clone(&routes.table);
        Ok(())
    }

    /// Begins a graceful stop: no new connections, idle ones closed, answers in progress finished.
    fn drain(&self, py: Python<'_>) -> PyResult<()> {
        reactor::current()?.drain(py)
    }

    /// Cancels the tasks of all handlers, applications and background tasks that have not ended;
    /// returns how many. What runs in a worker thread cannot be cancelled. No request is begun after
    /// this.
    fn cancel_running(&self, py: Python<'_>) -> PyResult<usize> {
        reactor::current()?.cancel_running(py)
    }

    /// Open connections.
    fn connections(&self) -> PyResult<usize> {
        Ok(reactor::current()?.channels.borrow().len())
    }

    /// Handlers, applications and background tasks that have not ended.
    fn running(&self) -> PyResult<usize> {
        let reactor = reactor::current()?;
        Ok(reactor.tasks.suspended() + reactor.threads.borrow().running())
    }

    /// Those of them that run in worker threads or wait for one.
    fn running_in_threads(&self) -> PyResult<usize> {
        Ok(reactor::current()?.threads.borrow().running())
    }

    /// Requests dispatched since the start.
    fn requests(&self) -> PyResult<u64> {
        Ok(reactor::current()?.requests())
    }

    /// Closes everything; the engine cannot be used afterwards.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let reactor = reactor::current()?;
        reactor
            .listeners
            .borrow_mut()
            .close(reactor.poll.borrow().registry());
        let channels = reactor.all_channels();
        for channel in channels {
            reactor.close(py, &channel)?;
        }
        reactor.threads.borrow().close(py);
        reactor.tasks.close(py)?;
        *reactor.listeners.borrow_mut() = Listeners::default();
        Reactor::uninstall();
        Ok(())
    }
}
