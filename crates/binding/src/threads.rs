//! Worker threads for `def` endpoints: a native queue, and one wake-up of the loop per batch.
//!
//! A turn of the reactor may queue many calls. One worker is woken for all of them, since threads
//! that hold the interpreter lock in turns only cost switches. Calls that block are noticed by
//! their age in the queue: a watcher without the lock then wakes more workers, doubling each time,
//! and has the loop's thread start those that are missing.
//!
//! The threads themselves are Python's (`sixlane._run.thread`): where the interpreter ends while a
//! handler still runs, CPython before 3.14 ends the handler's thread by unwinding its stack, on
//! which there must be no frame of Rust. The only one that could be is `Worker::take`, and `close`
//! waits until it has left.

use crate::exchange::Completion;
use mio::Waker;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// A call that waits longer than this shows that the workers awake are blocked or too slow.
const PATIENCE: Duration = Duration::from_micros(500);

/// Idle workers need only to be scheduled to end; a machine that cannot do it in this time is lost.
const ENDING: Duration = Duration::from_secs(2);

/// A call for a worker thread.
pub(crate) struct Job {
    /// The arguments of `contextvars.Context.run`: the context, the call, and the call's arguments.
    pub(crate) call: Py<PyTuple>,
    pub(crate) completion: Completion,
    pub(crate) queued: Instant,
}

/// The result of a call.
pub(crate) struct Done {
    pub(crate) completion: Completion,
    pub(crate) outcome: PyResult<Py<PyAny>>,
}

/// The threads of one engine, started as they are needed.
pub(crate) struct ThreadPool {
    shared: Arc<Shared>,
    watcher: Option<JoinHandle<()>>,
    /// Calls submitted whose results were not taken yet.
    running: usize,
    /// `(worker, name)`: starts a thread that serves the worker.
    start_thread: Py<PyAny>,
    /// anyio's `CapacityLimiter`, whose tokens applications set to bound the threads.
    limiter: Py<PyAny>,
}

struct Shared {
    queue: Mutex<Queue>,
    /// Tells idle workers of work.
    work: Condvar,
    /// Tells the watcher of a queue to watch.
    backlog: Condvar,
    /// Tells who closes the pool that a worker has the interpreter lock again.
    returned: Condvar,
    done: Mutex<Vec<Done>>,
    waker: Waker,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    /// At most this many calls run at once; as anyio's default limiter says at the moment.
    size: usize,
    /// Calls that run.
    busy: usize,
    workers: usize,
    idle: usize,
    /// Workers in `Worker::take` without the interpreter lock: idle ones, and those that wait for it.
    detached: usize,
    /// Workers that the watcher wants started.
    wanted: usize,
    closed: bool,
}

impl Queue {
    /// The next call, if another may run.
    fn begin(&mut self) -> Option<Job> {
        if self.busy >= self.size {
            return None;
        }
        let job = self.jobs.pop_front()?;
        self.busy += 1;
        Some(job)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ThreadPool {
    pub(crate) fn new(limiter: Py<PyAny>, waker: Waker, start_thread: Py<PyAny>) -> Self {
        let shared = Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            backlog: Condvar::new(),
            returned: Condvar::new(),
            done: Mutex::default(),
            waker,
        };
        Self {
            shared: Arc::new(shared),
            watcher: None,
            running: 0,
            start_thread,
            limiter,
        }
    }

    /// Queues a call; it starts at the latest with the next `start`.
    pub(crate) fn submit(&mut self, job: Job) {
        self.running += 1;
        lock(&self.shared.queue).jobs.push_back(job);
    }

    /// Wakes a worker for the calls queued in this turn, and starts those that are missing.
    pub(crate) fn start(&mut self, py: Python<'_>) -> PyResult<()> {
        if self.running == 0 {
            return Ok(());
        }
        // A float, as there may be infinitely many.
        let tokens: f64 = self
            .limiter
            .bind(py)
            .getattr(intern!(py, "total_tokens"))?
            .extract()?;
        let (waiting, wanted) = {
            let mut queue = lock(&self.shared.queue);
            queue.size = tokens as usize;
            (queue.jobs.len(), std::mem::take(&mut queue.wanted))
        };
        if waiting == 0 {
            return Ok(());
        }
        let missing = self.shared.wake_workers(wanted.max(1));
        self.start_workers(py, missing)?;
        if waiting > 1 {
            if self.watcher.is_none() {
                self.watcher = Some(start_watcher(&self.shared)?);
            }
            self.shared.backlog.notify_one();
        }
        Ok(())
    }

    fn start_workers(&self, py: Python<'_>, count: usize) -> PyResult<()> {
        for _ in 0..count {
            let name = {
                let mut queue = lock(&self.shared.queue);
                queue.workers += 1;
                format!("sixlane-worker-{}", queue.workers)
            };
            let worker = Worker {
                shared: Arc::clone(&self.shared),
                current: Mutex::default(),
            };
            if let Err(error) = self.start_thread.bind(py).call1((worker, name)) {
                let mut queue = lock(&self.shared.queue);
                queue.workers -= 1;
                // Those that run already will do the work, later.
                return if queue.workers == 0 {
                    Err(error)
                } else {
                    Ok(())
                };
            }
        }
        Ok(())
    }

    /// The results since the last call.
    pub(crate) fn take_done(&mut self) -> Vec<Done> {
        let done = std::mem::take(&mut *lock(&self.shared.done));
        self.running -= done.len();
        done
    }

    /// Calls submitted whose results were not taken yet.
    pub(crate) fn running(&self) -> usize {
        self.running
    }

    /// Ends the threads; those that run a handler are not waited for, as it may take any time.
    pub(crate) fn close(&self, py: Python<'_>) {
        let unused = {
            let mut queue = lock(&self.shared.queue);
            queue.closed = true;
            std::mem::take(&mut queue.jobs)
        };
        drop(unused);
        self.shared.work.notify_all();
        self.shared.backlog.notify_all();
        py.detach(|| {
            let queue = lock(&self.shared.queue);
            drop(
                self.shared
                    .returned
                    .wait_timeout_while(queue, ENDING, |queue| queue.detached > 0),
            );
        });
    }
}

fn start_watcher(shared: &Arc<Shared>) -> io::Result<JoinHandle<()>> {
    let shared = Arc::clone(shared);
    Builder::new()
        .name("sixlane-watcher".to_owned())
        .spawn(move || watch(&shared))
}

/// Wakes more workers while calls grow old in the queue.
fn watch(shared: &Shared) {
    let mut count = 1;
    let mut queue = lock(&shared.queue);
    while !queue.closed {
        let Some(oldest) = queue.jobs.front() else {
            count = 1;
            queue = shared
                .backlog
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        if oldest.queued.elapsed() >= PATIENCE {
            count = (count * 2).min(queue.jobs.len());
            drop(queue);
            let missing = shared.wake_workers(count);
            queue = lock(&shared.queue);
            queue.wanted = missing;
            if missing > 0 {
                // Failing to wake can only mean that the reactor is gone.
                queue.closed |= shared.waker.wake().is_err();
            }
        }
        let waited = shared.backlog.wait_timeout(queue, PATIENCE);
        queue = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

impl Shared {
    /// Wakes up to `count` idle workers; returns how many more may be started.
    fn wake_workers(&self, count: usize) -> usize {
        let queue = lock(&self.queue);
        let count = count.min(queue.size.saturating_sub(queue.busy));
        let woken = count.min(queue.idle);
        let missing = (count - woken).min(queue.size.saturating_sub(queue.workers));
        drop(queue);
        (0..woken).for_each(|_| self.work.notify_one());
        missing
    }

    /// Waits for a job, without the interpreter lock; None when the pool has been closed.
    fn wait(&self) -> Option<Job> {
        let mut queue = lock(&self.queue);
        loop {
            if let Some(job) = queue.begin() {
                return Some(job);
            }
            if queue.closed {
                return None;
            }
            queue.idle += 1;
            queue = self
                .work
                .wait(queue)
                .unwrap_or_else(PoisonError::into_inner);
            queue.idle -= 1;
        }
    }

    fn finish(&self, done: Done) {
        lock(&self.queue).busy -= 1;
        let mut results = lock(&self.done);
        results.push(done);
        let first = results.len() == 1;
        drop(results);
        // Failing to wake can only mean that the reactor is gone, and its results with it.
        if first && self.waker.wake().is_err() {
            lock(&self.queue).closed = true;
        }
    }
}

/// A worker thread's end of the queue.
#[pyclass(frozen, module = "sixlane._engine")]
pub(crate) struct Worker {
    shared: Arc<Shared>,
    /// What follows from the call that runs.
    current: Mutex<Option<Completion>>,
}

#[pymethods]
impl Worker {
    /// Waits for the next call: `(context, call, *arguments)`; None: the thread is to end.
    fn take<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyTuple>> {
        let mut job = {
            let mut queue = lock(&self.shared.queue);
            let job = queue.begin();
            queue.detached += usize::from(job.is_none());
            job
        };
        if job.is_none() {
            job = py.detach(|| self.shared.wait());
            lock(&self.shared.queue).detached -= 1;
            self.shared.returned.notify_all();
        }
        let job = job?;
        *lock(&self.current) = Some(job.completion);
        Some(job.call.into_bound(py))
    }

    /// Hands the call's value over.
    fn finish(&self, value: Py<PyAny>) {
        self.end(Ok(value));
    }

    /// Hands over what the call raised.
    fn fail(&self, error: Bound<'_, PyAny>) {
        self.end(Err(PyErr::from_value(error)));
    }
}

impl Worker {
    fn end(&self, outcome: PyResult<Py<PyAny>>) {
        if let Some(completion) = lock(&self.current).take() {
            self.shared.finish(Done {
                completion,
                outcome,
            });
        }
    }
}
