//! Worker threads for `def` endpoints: a native queue, and one wake-up of the loop per batch.

use crate::exchange::Completion;
use crate::raw::{self, Context};
use mio::Waker;
use pyo3::prelude::*;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

/// A call for a worker thread.
pub(crate) struct Job {
    pub(crate) call: Py<PyAny>,
    pub(crate) arguments: Vec<Py<PyAny>>,
    pub(crate) context: Context,
    pub(crate) completion: Completion,
}

/// The result of a call.
pub(crate) struct Done {
    pub(crate) completion: Completion,
    pub(crate) outcome: PyResult<Py<PyAny>>,
}

/// The threads of one engine, started as they are needed.
pub(crate) struct ThreadPool {
    shared: Arc<Shared>,
    /// At most this many threads; anyio's default limiter allows 40.
    size: usize,
    threads: Vec<JoinHandle<()>>,
    /// Calls submitted whose results were not taken yet.
    running: usize,
}

struct Shared {
    queue: Mutex<Queue>,
    work: Condvar,
    done: Mutex<Vec<Done>>,
    waker: Waker,
}

#[derive(Default)]
struct Queue {
    jobs: VecDeque<Job>,
    idle: usize,
    closed: bool,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl ThreadPool {
    pub(crate) fn new(size: usize, waker: Waker) -> Self {
        let shared = Shared {
            queue: Mutex::default(),
            work: Condvar::new(),
            done: Mutex::default(),
            waker,
        };
        Self {
            shared: Arc::new(shared),
            size,
            threads: Vec::new(),
            running: 0,
        }
    }

    /// Queues a call; `complete` tells its result after the loop has been woken.
    pub(crate) fn submit(&mut self, job: Job) -> std::io::Result<()> {
        self.running += 1;
        let mut queue = lock(&self.shared.queue);
        queue.jobs.push_back(job);
        let starved = queue.jobs.len() > queue.idle;
        drop(queue);
        if starved && self.threads.len() < self.size {
            let shared = Arc::clone(&self.shared);
            let thread =
                std::thread::Builder::new().name(format!("sixlane-{}", self.threads.len()));
            self.threads.push(thread.spawn(move || serve(&shared))?);
        } else {
            self.shared.work.notify_one();
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
    pub(crate) fn close(&mut self) {
        lock(&self.shared.queue).closed = true;
        self.shared.work.notify_all();
        self.threads.clear();
    }
}

fn serve(shared: &Shared) {
    while let Some(job) = next(shared) {
        // One attachment serves jobs until the queue is empty.
        Python::attach(|py| {
            let mut job = Some(job);
            while let Some(current) = job {
                finish(shared, run(py, current));
                job = lock(&shared.queue).jobs.pop_front();
            }
        });
    }
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
