//! Coroutines that ask for one turn of the loop before they wait for anything: `asyncio.sleep(0)`.
//!
//! Nothing but the engine is to resume such a coroutine, so its task is not woken for it: one call by
//! the loop resumes all that have yielded since the loop was asked for the call.

use super::parking::Parking;
use super::{PARKED_TASKS, Runner, Standing, TaskPool, Work};
use crate::raw;
use pyo3::prelude::*;
use std::cell::{OnceCell, RefCell};
use std::collections::VecDeque;

/// What has yielded, in order.
pub(super) struct Yielding {
    /// `Engine.resume_yielded`; set once the engine object exists.
    resume: OnceCell<Py<PyAny>>,
    /// asyncio's queue of what it calls in its next turn; None with another loop.
    called_soon: Option<Py<PyAny>>,
    /// The last call that the loop was asked for, as the loop knows it.
    asked: RefCell<Option<Py<PyAny>>>,
    runners: RefCell<VecDeque<Yielded>>,
}

struct Yielded {
    runner: Py<Runner>,
    /// It is the first that a call resumes.
    begins_call: bool,
}

/// A coroutine to be resumed, and what is needed to have its task serve others afterwards.
pub(super) struct Turn {
    pub(super) work: Work,
    /// What the task waits for.
    pub(super) parking: Py<Parking>,
    /// The task's name, as asyncio gave it.
    pub(super) name: Py<PyAny>,
    /// References to the task before the coroutine began.
    pub(super) references: isize,
}

impl Yielding {
    pub(super) fn new(event_loop: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = event_loop.py();
        let queue_type = py.import("collections")?.getattr("deque")?;
        let called_soon = event_loop
            .getattr_opt("_ready")?
            .filter(|queue| queue.get_type().is(&queue_type));
        Ok(Self {
            resume: OnceCell::new(),
            called_soon: called_soon.map(Bound::unbind),
            asked: RefCell::default(),
            runners: RefCell::default(),
        })
    }

    /// Whether the loop was asked for nothing after the last call: another one would come right after it.
    fn is_last(&self, py: Python<'_>) -> PyResult<bool> {
        let (Some(queue), Some(asked)) = (&self.called_soon, &*self.asked.borrow()) else {
            return Ok(false);
        };
        let queue = queue.bind(py);
        Ok(!queue.is_empty()? && queue.get_item(-1)?.is(asked))
    }

    /// What the loop's next call is to resume.
    fn take_call(&self) -> Vec<Py<Runner>> {
        let mut runners = self.runners.borrow_mut();
        let next = runners.iter().skip(1).position(|next| next.begins_call);
        let count = next.map_or(runners.len(), |next| next + 1);
        runners.drain(..count).map(|next| next.runner).collect()
    }
}

impl TaskPool {
    /// Sets what the loop is to call for coroutines that have yielded; false where that is known.
    pub(crate) fn resume_with(&self, resume_yielded: Py<PyAny>) -> bool {
        self.yielding.resume.set(resume_yielded).is_ok()
    }

    /// What the current task waits for, if the engine may resume its coroutine after a turn.
    pub(super) fn parking_to_keep(&self, py: Python<'_>) -> Option<Py<Parking>> {
        self.yielding.resume.get()?;
        let current = self.current.borrow();
        current.as_ref()?.runner.get().open_parking(py)
    }

    /// Keeps a coroutine for the loop's next turn, behind all that the loop was asked for before.
    pub(super) fn set_aside(&self, py: Python<'_>, runner: Py<Runner>, turn: Turn) -> PyResult<()> {
        runner.get().set_aside(turn);
        let yielding = &self.yielding;
        let begins_call = !yielding.is_last(py)?;
        if begins_call && let Some(resume) = yielding.resume.get() {
            let asked = self.call_soon(py, resume)?;
            yielding.asked.replace(Some(asked.unbind()));
        }
        yielding.runners.borrow_mut().push_back(Yielded {
            runner,
            begins_call,
        });
        Ok(())
    }

    /// Resumes what one call is for; `report` is told what fails.
    pub(crate) fn resume_yielded(&self, py: Python<'_>, report: impl Fn(PyErr)) -> PyResult<()> {
        for runner in self.yielding.take_call() {
            let runner = runner.bind(py);
            // One that was cancelled is left to its task.
            let Some(turn) = runner.get().take_turn() else {
                continue;
            };
            let parking = turn.parking.clone_ref(py);
            if let Err(error) = self.resume_as_current(runner, turn) {
                runner.get().retire(py)?;
                Parking::wake(parking.bind(py))?;
                report(error);
            }
        }
        Ok(())
    }

    fn resume_as_current(&self, runner: &Bound<'_, Runner>, turn: Turn) -> PyResult<()> {
        let py = runner.py();
        let task = match self.suspended.borrow().get(turn.work.place) {
            Some(task) => task.clone_ref(py),
            None => return Ok(()),
        };
        self.leave(py)?;
        self.enter_task.bind(py).call1((&self.event_loop, &task))?;
        let used = self.use_turn(runner, turn, &task);
        let left = self.leave_task.bind(py).call1((&self.event_loop, &task));
        used?;
        left.map(drop)
    }

    /// Resumes a coroutine. Another bare yield is kept like the first one; with anything else that it
    /// waits for its task goes on; at its end the task stands by, unless something is left on it.
    fn use_turn(&self, runner: &Bound<'_, Runner>, turn: Turn, task: &Py<PyAny>) -> PyResult<()> {
        let py = runner.py();
        let place = turn.work.place;
        let step = match self.step(runner, &turn.work) {
            Ok(step) => step,
            Err(error) => {
                self.forget(place);
                return Err(error);
            }
        };
        let Turn {
            work,
            parking,
            name,
            references,
        } = turn;
        let awaited = Runner::after(runner, work, step, None)?;
        let is_open = parking.get().is_open();
        // The reference of this step; the pool has forgotten a task whose coroutine has ended.
        let is_held =
            raw::reference_count(task.bind(py)) != references + isize::from(awaited.is_some());
        let is_clean = |name| -> PyResult<bool> {
            Ok(is_open && !is_held && !self.has_mark(task.bind(py), name)?)
        };
        match awaited {
            Some(awaited) if awaited.is_none() && is_open => {
                let Some(work) = runner.get().take_work() else {
                    return Ok(());
                };
                let turn = Turn {
                    work,
                    parking,
                    name,
                    references,
                };
                self.set_aside(py, runner.clone().unbind(), turn)
            }
            Some(awaited) => {
                let clean_name = is_clean(&name)?.then_some(name);
                runner.get().hand_on(awaited, clean_name)?;
                Parking::wake(parking.bind(py))
            }
            None if is_clean(&name)? && self.parked.borrow().len() < PARKED_TASKS => {
                runner.get().park_at(parking);
                self.parked.borrow_mut().push(Standing {
                    task: task.clone_ref(py),
                    runner: runner.clone().unbind(),
                    name,
                });
                Ok(())
            }
            None => Parking::wake(parking.bind(py)),
        }
    }

    /// Leaves what has yielded to its tasks.
    pub(super) fn give_up_turns(&self, py: Python<'_>) -> PyResult<()> {
        let yielded = std::mem::take(&mut *self.yielding.runners.borrow_mut());
        for Yielded { runner, .. } in yielded {
            if let Some(turn) = runner.get().take_turn() {
                let parking = turn.parking.clone_ref(py);
                runner.get().set_aside(turn);
                Parking::wake(parking.bind(py))?;
            }
        }
        Ok(())
    }
}
