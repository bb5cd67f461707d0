//! Coroutines that ask for one turn of the loop before they wait for anything: `asyncio.sleep(0)`.
//!
//! Nothing but the engine is to resume such a coroutine, so its task is not woken for it: one call by
//! the loop resumes all that have yielded since the loop was asked for the call.

use super::parking::Parking;
use super::{PARKED_TASKS, Runner, Standing, TaskPool, UsualReferences, Work};
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
    /// References to the current task while the engine runs its coroutine.
    usual_references: UsualReferences,
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
            usual_references: UsualReferences::unknown(),
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
    /// `references` is what there was before the coroutine began.
    pub(super) fn parking_to_keep(&self, py: Python<'_>, references: isize) -> Option<Py<Parking>> {
        self.yielding.resume.get()?;
        let current = self.current.borrow();
        let parking = current.as_ref()?.runner.get().parking(py)?;
        self.yielding.usual_references.note(references);
        Some(parking)
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
        self.leave(py)?;
        for runner in self.yielding.take_call() {
            let runner = runner.bind(py);
            if let Some(turn) = runner.get().take_turn()
                && let Err(error) = self.resume_turn(runner, turn)
            {
                report(error);
            }
        }
        Ok(())
    }

    fn resume_turn(&self, runner: &Bound<'_, Runner>, turn: Turn) -> PyResult<()> {
        let py = runner.py();
        let place = turn.work.place;
        let parking = turn.parking.clone_ref(py);
        let parking = parking.bind(py);
        let task = self
            .suspended
            .borrow()
            .get(place)
            .map(|task| task.clone_ref(py));
        let (Some(task), true) = (task, parking.get().is_open()) else {
            // It was cancelled: its task tells it so.
            runner.get().set_aside(turn);
            return Parking::run(parking);
        };
        let entered = self.enter_task.bind(py).call1((&self.event_loop, &task));
        if entered.is_err() {
            // Somebody runs the loop within a step of another task; its own task will find its time.
            runner.get().set_aside(turn);
            return Parking::wake(parking);
        }
        let used = self.use_turn(runner, turn, &task);
        let left = self.leave_task.bind(py).call1((&self.event_loop, &task));
        if used.is_err() {
            let is_known =
                matches!(self.suspended.borrow().get(place), Some(known) if known.is(&task));
            if is_known {
                self.forget(place);
            }
            runner.get().retire(py)?;
            Parking::wake(parking)?;
        }
        used.and(left.map(drop))
    }

    /// Resumes a coroutine. Another bare yield is kept like the first one; with anything else that it
    /// waits for its task goes on; at its end the task stands by, unless something is left on it.
    fn use_turn(&self, runner: &Bound<'_, Runner>, turn: Turn, task: &Py<PyAny>) -> PyResult<()> {
        let py = runner.py();
        let step = self.step(runner, &turn.work)?;
        let Turn {
            work,
            parking,
            name,
        } = turn;
        let awaited = Runner::after(runner, work, step, None)?;
        if awaited.as_ref().is_some_and(|awaited| awaited.is_none())
            && let Some(work) = runner.get().take_work()
        {
            let turn = Turn {
                work,
                parking,
                name,
            };
            return self.set_aside(py, runner.clone().unbind(), turn);
        }
        let task = task.bind(py);
        // The pool has forgotten a task whose coroutine has ended, and the reference of this step is left.
        let references = raw::reference_count(task) - isize::from(awaited.is_some());
        let is_clean = parking.get().is_open()
            && self.yielding.usual_references.are(references)
            && !self.has_mark(task, &name)?;
        let parking = parking.bind(py);
        match awaited {
            Some(awaited) => {
                let clean_name = is_clean.then_some(name);
                runner.get().hand_on(parking, awaited, clean_name)
            }
            None if is_clean && self.parked.borrow().len() < PARKED_TASKS => {
                runner.get().park_at(parking.clone().unbind());
                self.parked.borrow_mut().push(Standing {
                    task: task.clone().unbind(),
                    runner: runner.clone().unbind(),
                    name,
                });
                Parking::release(parking)
            }
            None => Parking::wake(parking),
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
