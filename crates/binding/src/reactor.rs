//! The engine's sockets and its turn of work; one reactor to an event loop and a thread.

use crate::asgi::{self, ScopeFactory};
use crate::channel::{Channel, Transfer};
use crate::clock::Clock;
use crate::dispatch;
use crate::exchange::ExchangeId;
use crate::hooks::Hooks;
use crate::listener::Listeners;
use crate::plan::Table;
use crate::tasks::TaskPool;
use crate::threads::ThreadPool;
use mio::{Events, Poll, Token};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use sixlane_engine::limits::Limits;
use sixlane_engine::router::ParamRanges;
use slab::Slab;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Poller tokens from here on are not connections.
pub(crate) const WAKER: Token = Token(usize::MAX);
/// Listener `i` has the token `FIRST_LISTENER - i`.
pub(crate) const FIRST_LISTENER: usize = usize::MAX - 1;
pub(crate) const LISTENERS: usize = 64;

/// Reads of one connection, each with what it brings, before others get their turn.
const PASSES_PER_TURN: usize = 4;

/// A turn that has served fewer looks for more before the loop goes on.
const FEW_EVENTS: usize = 32;

/// How long the head of an answer is held back for the first part of its body, give or take as much.
const HEAD_WAIT: Duration = Duration::from_millis(10);

thread_local! {
    static CURRENT: RefCell<Option<Rc<Reactor>>> = const { RefCell::new(None) };
}

/// All that one engine works on.
pub(crate) struct Reactor {
    pub(crate) poll: RefCell<Poll>,
    events: RefCell<Events>,
    pub(crate) listeners: RefCell<Listeners>,
    pub(crate) channels: RefCell<Slab<Rc<Channel>>>,
    /// Connections that are closed, by the planned call or the WebSocket application that still runs for them.
    pub(crate) departed: RefCell<HashMap<u64, Rc<Channel>>>,
    pub(crate) table: RefCell<Arc<Table>>,
    pub(crate) tasks: TaskPool,
    pub(crate) threads: RefCell<ThreadPool>,
    pub(crate) scopes: ScopeFactory,
    pub(crate) hooks: Hooks,
    pub(crate) limits: Arc<Limits>,
    /// Where replies are encoded, and where reads land: kept between requests.
    pub(crate) reply: RefCell<Vec<u8>>,
    pub(crate) reply_headers: RefCell<Vec<u8>>,
    pub(crate) ranges: RefCell<ParamRanges>,
    scratch: RefCell<Vec<u8>>,
    /// Connections that had their turn but have more to do.
    unfinished: RefCell<Vec<usize>>,
    /// Answers that have begun since the last look at those whose body does not follow at once.
    begun: RefCell<Vec<ExchangeId>>,
    serial: Cell<u64>,
    pub(crate) clock: Clock,
}

/// The parts that `Engine` builds a reactor from.
pub(crate) struct Parts {
    pub(crate) poll: Poll,
    pub(crate) tasks: TaskPool,
    pub(crate) threads: ThreadPool,
    pub(crate) scopes: ScopeFactory,
    pub(crate) hooks: Hooks,
    pub(crate) limits: Limits,
}

/// The reactor of this thread.
pub(crate) fn current() -> PyResult<Rc<Reactor>> {
    CURRENT.with_borrow(Clone::clone).ok_or_else(|| {
        PyRuntimeError::new_err("the engine is used after it was closed, or off its thread")
    })
}

/// The live exchange of that name.
pub(crate) fn find(exchange: ExchangeId) -> Option<(Rc<Reactor>, Rc<Channel>)> {
    let reactor = CURRENT.with_borrow(Clone::clone)?;
    let channel = reactor.channels.borrow().get(exchange.token).cloned()?;
    (channel.exchange() == exchange).then_some((reactor, channel))
}

/// The exchange of that name, also where its connection is closed and its application still runs.
pub(crate) fn find_hosted(exchange: ExchangeId) -> Option<(Rc<Reactor>, Rc<Channel>)> {
    if let Some(found) = find(exchange) {
        return Some(found);
    }
    let reactor = CURRENT.with_borrow(Clone::clone)?;
    let channel = reactor.departed.borrow().get(&exchange.serial).cloned()?;
    Some((reactor, channel))
}

/// The loop of this thread's engine.
pub(crate) fn event_loop(py: Python<'_>) -> PyResult<Py<PyAny>> {
    Ok(current()?.tasks.event_loop(py))
}

impl Reactor {
    pub(crate) fn install(parts: Parts) -> Rc<Self> {
        let reactor = Rc::new(Self {
            poll: RefCell::new(parts.poll),
            events: RefCell::new(Events::with_capacity(256)),
            listeners: RefCell::default(),
            channels: RefCell::default(),
            departed: RefCell::default(),
            table: RefCell::new(Arc::new(Table::empty())),
            tasks: parts.tasks,
            threads: RefCell::new(parts.threads),
            scopes: parts.scopes,
            hooks: parts.hooks,
            limits: Arc::new(parts.limits),
            reply: RefCell::default(),
            reply_headers: RefCell::default(),
            ranges: RefCell::default(),
            scratch: RefCell::new(vec![0; 64 * 1024]),
            unfinished: RefCell::default(),
            begun: RefCell::default(),
            serial: Cell::new(0),
            clock: Clock::new(),
        });
        CURRENT.set(Some(Rc::clone(&reactor)));
        reactor
    }

    pub(crate) fn uninstall() {
        CURRENT.set(None);
    }

    /// The time at the beginning of this turn, or now where an application runs outside of one.
    pub(crate) fn now(&self) -> Instant {
        self.clock.now()
    }

    pub(crate) fn next_serial(&self) -> u64 {
        self.serial.set(self.serial.get() + 1);
        self.serial.get()
    }

    /// Requests dispatched since the start.
    pub(crate) fn requests(&self) -> u64 {
        self.serial.get()
    }

    /// One turn: everything that is ready, up to a bound; then the loop goes on.
    pub(crate) fn run_ready(self: &Rc<Self>, py: Python<'_>) -> PyResult<()> {
        self.clock.turn(|| self.serve_ready(py))
    }

    fn serve_ready(self: &Rc<Self>, py: Python<'_>) -> PyResult<()> {
        let mut ready = std::mem::take(&mut *self.unfinished.borrow_mut());
        let mut polled = self.poll_into(py, &mut ready);
        let mut served = 0;
        loop {
            served += ready.len();
            let had_several = ready.len() > 1;
            for token in ready.drain(..) {
                self.serve(py, token);
            }
            // Where several were ready more have come meanwhile, and the way through the loop costs
            // about as much as serving one of them.
            if !had_several || served >= FEW_EVENTS || polled.is_err() {
                break;
            }
            polled = self.poll_into(py, &mut ready);
        }
        let accepted = self.accept_again();
        let started = self.threads.borrow_mut().start(py);
        // Whatever has failed: the loop's own tasks do not run beside a current one.
        self.tasks.leave(py)?;
        polled.and(accepted).and(started)
    }

    /// Works on a connection that is ready, if it still is there.
    fn serve(self: &Rc<Self>, py: Python<'_>, token: usize) {
        let channel = self.channels.borrow().get(token).cloned();
        // One connection's failure must not cost the others their turn: their readiness is told only
        // once.
        if let Some(channel) = channel
            && let Err(error) = self.advance(py, &channel)
        {
            self.hooks.log_error(py, "A connection failed", error);
        }
    }

    fn poll_into(self: &Rc<Self>, py: Python<'_>, ready: &mut Vec<usize>) -> PyResult<()> {
        let mut events = self.events.borrow_mut();
        match self
            .poll
            .borrow_mut()
            .poll(&mut events, Some(Duration::ZERO))
        {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => return Ok(()),
            result => result?,
        }
        let mut woken = false;
        for event in &*events {
            match event.token() {
                WAKER => woken = true,
                Token(token) if token > FIRST_LISTENER - LISTENERS => {
                    if let Err(error) = self.accept(FIRST_LISTENER - token) {
                        self.hooks.log_error(py, "A listener failed", error);
                    }
                }
                Token(token) => {
                    if let Some(channel) = self.channels.borrow().get(token) {
                        channel.mark_readable(event.is_read_closed());
                        if event.is_error() {
                            channel.mark_failed();
                        }
                        ready.push(token);
                    }
                }
            }
        }
        drop(events);
        if woken {
            self.take_thread_results(py);
        }
        Ok(())
    }

    /// Works a connection on as far as it goes: read, dispatch, write, close.
    pub(crate) fn advance(self: &Rc<Self>, py: Python<'_>, channel: &Rc<Channel>) -> PyResult<()> {
        if channel.busy.replace(true) {
            return Ok(());
        }
        let result = self.advance_unguarded(py, channel);
        channel.busy.set(false);
        if result.is_err() {
            self.close(py, channel)?;
        }
        result
    }

    fn advance_unguarded(self: &Rc<Self>, py: Python<'_>, channel: &Rc<Channel>) -> PyResult<()> {
        let (mut read, mut more) = (Transfer::More, false);
        for _ in 0..PASSES_PER_TURN {
            read = channel.read(&mut self.scratch.borrow_mut(), &self.clock);
            if read == Transfer::Broken {
                return self.close(py, channel);
            }
            more = dispatch::run_events(py, self, channel)?;
            if more || read != Transfer::More {
                break;
            }
        }
        let held_back = self.holds_back(channel);
        if channel.write(&self.clock) == Transfer::Broken {
            return self.close(py, channel);
        }
        if channel.output_len() == 0 {
            asgi::relieve(py, channel)?;
        }
        // What has arrived behind a large answer waits for it to be sent, and nothing else may follow.
        let let_go = held_back && !self.holds_back(channel);
        if more || let_go || read == Transfer::More || channel.has_unread_input() {
            self.continue_later(py, channel.token)?;
        }
        Ok(())
    }

    /// Whether the next request waits until the client has taken more of the answers before.
    fn holds_back(&self, channel: &Channel) -> bool {
        channel.output_len() > self.limits.output_high_water
    }

    pub(crate) fn continue_later(&self, py: Python<'_>, token: usize) -> PyResult<()> {
        let mut unfinished = self.unfinished.borrow_mut();
        unfinished.push(token);
        if unfinished.len() > 1 {
            return Ok(());
        }
        match self.hooks.run_ready.get() {
            Some(run_ready) => self.tasks.call_soon(py, run_ready).map(drop),
            None => Ok(()),
        }
    }

    /// Notes that an answer has begun. Its head is held back, as the first part of the body shows
    /// how to frame it; but the client is not to wait for a head that is there.
    pub(crate) fn note_head(&self, py: Python<'_>, exchange: ExchangeId) -> PyResult<()> {
        let mut begun = self.begun.borrow_mut();
        begun.push(exchange);
        match self.hooks.send_heads.get() {
            Some(send_heads) if begun.len() == 1 => {
                self.tasks.call_later(py, HEAD_WAIT, send_heads)
            }
            _ => Ok(()),
        }
    }

    /// Sends the heads of answers whose body has not begun.
    pub(crate) fn send_heads(self: &Rc<Self>, py: Python<'_>) -> PyResult<()> {
        let begun = std::mem::take(&mut *self.begun.borrow_mut());
        for exchange in begun {
            if let Some((_, channel)) = find(exchange) {
                asgi::send_head(py, self, &channel)?;
            }
        }
        Ok(())
    }

    /// Resumes the coroutines that have asked for a turn of the loop.
    pub(crate) fn resume_yielded(&self, py: Python<'_>) -> PyResult<()> {
        let report = |error| self.hooks.log_error(py, "A request failed", error);
        self.tasks.resume_yielded(py, report)
    }

    /// Ends a connection and tells the application that serves on it.
    pub(crate) fn close(&self, py: Python<'_>, channel: &Rc<Channel>) -> PyResult<()> {
        let Some(mut socket) = channel.take_socket() else {
            return Ok(());
        };
        // Closing the descriptor removes it from the poller anyway; an error here changes nothing.
        let _ = self.poll.borrow().registry().deregister(&mut socket);
        drop(socket);
        if let Some(mut websocket) = channel.websocket() {
            websocket.lose(self.now());
        }
        if let Some(asgi) = channel.stage.borrow_mut().asgi() {
            asgi.disconnected = true;
        }
        asgi::deliver(py, channel)?;
        asgi::relieve(py, channel)?;
        if self
            .channels
            .borrow_mut()
            .try_remove(channel.token)
            .is_some()
            && (channel.is_called() || channel.hosts_websocket())
        {
            let mut departed = self.departed.borrow_mut();
            departed.insert(channel.exchange().serial, Rc::clone(channel));
        }
        dispatch::log_cut(py, self, channel);
        Ok(())
    }

    /// The open connections, taken out of the slab so that each may be closed.
    pub(crate) fn all_channels(&self) -> Vec<Rc<Channel>> {
        let channels = self.channels.borrow();
        channels
            .iter()
            .map(|(_, channel)| Rc::clone(channel))
            .collect()
    }

    /// Ends or answers what has outlived its time.
    pub(crate) fn expire(self: &Rc<Self>, py: Python<'_>) -> PyResult<()> {
        self.clock.turn(|| self.end_late(py))
    }

    fn end_late(self: &Rc<Self>, py: Python<'_>) -> PyResult<()> {
        let now = self.now();
        let channels = self.all_channels();
        for channel in channels {
            if !channel.is_late(now) {
                continue;
            }
            // What the client has sent or taken while the loop was busy counts first.
            channel.mark_readable(false);
            let mut ended = self.advance(py, &channel);
            if ended.is_ok() && channel.is_late(now) {
                channel.expire(now);
                ended = self.advance(py, &channel);
            }
            if let Err(error) = ended {
                self.hooks.log_error(py, "A connection failed", error);
            }
        }
        let accepted = self.accept_again();
        self.tasks.leave(py)?;
        accepted
    }

    /// Accepts who has connected, then shuts the door; what has arrived is still answered.
    pub(crate) fn drain(self: &Rc<Self>, py: Python<'_>) -> PyResult<()> {
        self.clock.read();
        let listeners = self.listeners.borrow().len();
        (0..listeners).try_for_each(|listener| self.accept(listener))?;
        self.listeners
            .borrow_mut()
            .close(self.poll.borrow().registry());
        let channels = self.all_channels();
        for channel in channels {
            // The poller may not have told yet of what the kernel holds.
            channel.mark_readable(false);
            if channel.read(&mut self.scratch.borrow_mut(), &self.clock) != Transfer::Broken {
                channel.drain(self.now());
            }
            if let Err(error) = self.advance(py, &channel) {
                self.hooks.log_error(py, "A connection failed", error);
            }
        }
        let started = self.threads.borrow_mut().start(py);
        self.tasks.leave(py)?;
        started
    }

    /// Cancels what runs in tasks, and ends the connections that would begin another request.
    pub(crate) fn cancel_running(&self, py: Python<'_>) -> PyResult<usize> {
        let channels = self.all_channels();
        for channel in channels {
            if channel.is_serving() {
                channel.http.borrow_mut().close_after_response();
            } else {
                self.close(py, &channel)?;
            }
        }
        self.tasks.cancel(py)
    }

    /// `(scope, receive, send)` of the channel's current exchange.
    pub(crate) fn asgi_arguments<'py>(
        &self,
        py: Python<'py>,
        channel: &Rc<Channel>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        let exchange = channel.exchange();
        if channel.hosts_websocket() {
            return asgi::websocket_arguments(py, self, channel);
        }
        Ok((
            asgi::scope_of(py, &self.scopes, channel)?.into_any(),
            Bound::new(py, asgi::Receive { exchange })?.into_any(),
            Bound::new(py, asgi::Send::new(exchange))?.into_any(),
        ))
    }
}
