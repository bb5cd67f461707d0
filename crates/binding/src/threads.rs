//! Worker threads for `def` endpoints: a native queue, and one wake-up of the loop per batch.
//!
//! A turn of the reactor may queue many calls. One worker is woken for all of them, since threads
//! that hold the interpreter lock in turns only cost switches. Calls that block are noticed by
//! their age in the queue: a watcher without the lock then wakes more workers, doubling each time.

use crate::exchange::Completion;
use crate::raw::{self, Context};
use mio::Waker;
use pyo3::prelude::*;
use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// A call that waits longer than this shows that the workers awake are blocked or too slow.
const PATIENCE: Duration = Duration::from_micros(500);

/// A call for a worker thread.
pub(crate) struct Job {
    pub(crate) call: Py<PyAny>,
    pub(crate) arguments: Vec<Py<PyAny>>,
    pub(crate) context: Context,
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
}

struct Shared {
    queue: Mutex<Queue>,
    /// Tells idle workers of work.
    work: Condvar,
    /// Tells the watcher of a queue to watch.
    backlog: Condvar,
    done: Mutex<Vec<Done>>,
    waker: Waker,
    /// At most this many workers; anyio's default limiter allows 40.
    size: usize,
    /// Called once in each worker, before its first call.
    prepare: Py<PyAny>,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    workers: usize,
    idle: usize,
    closed: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ThreadPool {
    pub(crate) fn new(size: usize, waker: Waker, prepare: Py<PyAny>) -> Self {
        let shared = Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            backlog: Condvar::new(),
            done: Mutex::default(),
            waker,
            size,
            prepare,
        };
        Self {
            shared: Arc::new(shared),
            watcher: None,
            running: 0,
        }
    }

    /// Queues a call; it starts at the latest with the next `start`.
    pub(crate) fn submit(&mut self, job: Job) {
        self.running += 1;
        lock(&self.shared.queue).jobs.push_back(job);
    }

    /// Wakes a worker for the calls queued in this turn.
    pub(crate) fn start(&mut self) -> io::Result<()> {
        if self.running == 0 {
            return Ok(());
        }
        let waiting = lock(&self.shared.queue).jobs.len();
        if waiting == 0 {
            return Ok(());
        }
        wake_workers(&self.shared, 1)?;
        if waiting > 1 {
            if self.watcher.is_none() {
                let shared = Arc::clone(&self.shared);
                let thread = Builder::new().name("sixlane-watcher".to_owned());
                self.watcher = Some(thread.spawn(move || watch(&shared))?);
            }
            self.shared.backlog.notify_one();
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

    /// Ends the threads; they are not waited for, as a handler may take any time.
    pub(crate) fn close(&self) {
        lock(&self.shared.queue).closed = true;
        self.shared.work.notify_all();
        self.shared.backlog.notify_all();
    }
}

impl Drop for ThreadPool {
    fn drop(&mut self) {
        self.close();
    }
}

/// Wakes up to `count` idle workers, or starts them where fewer than that are idle.
fn wake_workers(shared: &Arc<Shared>, count: usize) -> io::Result<()> {
    let mut queue = lock(&shared.queue);
    let woken = count.min(queue.idle);
    let started = (count - woken).min(shared.size - queue.workers);
    let first = queue.workers;
    queue.workers += started;
    drop(queue);
    (0..woken).for_each(|_| shared.work.notify_one());
    for index in first..first + started {
        let own = Arc::clone(shared);
        let thread = Builder::new().name(format!("sixlane-worker-{index}"));
        if let Err(error) = thread.spawn(move || serve(&own)) {
            lock(&shared.queue).workers -= first + started - index;
            // Those that run already will do the work, later.
            return if index == 0 { Err(error) } else { Ok(()) };
        }
    }
    Ok(())
}

/// Wakes more workers while calls grow old in the queue.
fn watch(shared: &Arc<Shared>) {
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
            // A thread that cannot be started now is tried again after the pause.
            let _ = wake_workers(shared, count);
            queue = lock(&shared.queue);
        }
        let waited = shared.backlog.wait_timeout(queue, PATIENCE);
        queue = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
}

/// A worker's life, in one attachment to the interpreter: another would be another Python thread,
/// without what `threading.local` kept for the calls before it.
fn serve(shared: &Shared) {
    Python::attach(|py| {
        if let Err(error) = shared.prepare.call0(py) {
            error.write_unraisable(py, None);
            lock(&shared.queue).workers -= 1;
            return;
        }
        while let Some(mut job) = py.detach(|| next(shared)) {
            loop {
                finish(shared, run(py, job));
                match lock(&shared.queue).jobs.pop_front() {
                    Some(following) => job = following,
                    None => break,
                }
            }
        }
    });
}

/// Waits for a job; None when the pool has been closed.
fn next(shared: &Shared) -> Option<Job> {
    let mut queue = lock(&shared.queue);
    loop {
        if let Some(job) = queue.jobs.pop_front() {
            return Some(job);
        }
        if queue.closed {
            return None;
        }
        queue.idle += 1;
        queue = shared
            .work
            .wait(queue)
            .unwrap_or_else(PoisonError::into_inner);
        queue.idle -= 1;
    }
}

fn run(py: Python<'_>, job: Job) -> Done {
    let arguments: Vec<_> = job
        .arguments
        .into_iter()
        .map(|argument| argument.into_bound(py))
        .collect();
    let outcome = job
        .context
        .run(py, || raw::call(job.call.bind(py), &arguments))
        .and_then(|result| result)
        .map(Bound::unbind);
    Done {
        completion: job.completion,
        outcome,
    }
}

fn finish(shared: &Shared, done: Done) {
    let mut results = lock(&shared.done);
    results.push(done);
    let first = results.len() == 1;
    drop(results);
    // Failing to wake can only mean that the reactor is gone, and its results with it.
    if first && shared.waker.wake().is_err() {
        lock(&shared.queue).closed = true;
    }
}
