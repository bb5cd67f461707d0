//! Running coroutines from the engine under real asyncio tasks, without creating one per request.
//!
//! A coroutine is started at once, inside its own context copy, while a standing task is the
//! loop's current task. Most coroutines end there, and the task serves the next one. A coroutine
//! that suspends keeps the task: from then on the task drives it to its end like any other, so
//! `current_task()`, `timeout()`, `TaskGroup` and cancellation see one task all along. Only what waits for
//! a WebSocket message, or for a turn of the loop before anything else, is resumed by the engine itself,
//! as the current task, which is not woken. After its end
//! the task stands by again, unless somebody holds it or something is left on it.

mod parking;
mod runner;
mod standing;
mod yielding;

use self::parking::Parking;
pub(crate) use self::runner::Runner;
use self::standing::{Standing, UsualReferences, is_cancelled};
use self::yielding::{Turn, Yielding};
use crate::exchange::Completion;
use crate::raw::{self, Context, Step};
use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use slab::Slab;
use std::cell::RefCell;
use std::time::Duration;

/// Idle standing tasks kept beyond this many are let go.
const PARKED_TASKS: usize = 256;

/// asyncio keeps a task in one weak set.
const OWN_WEAK_REFERENCES: usize = 1;

/// A coroutine with what is needed to run it on and to use its result.
pub(crate) struct Work {
    coroutine: Py<PyAny>,
    context: Context,
    completion: Completion,
    /// Where the pool knows its task.
    place: usize,
    /// The task's name, where nothing has been left on the task up to the first wait.
    clean_name: Option<Py<PyAny>>,
}

/// What a coroutine came to, and the context it ran in.
type Ended<'py> = (PyResult<Bound<'py, PyAny>>, Context);

/// The standing tasks of one event loop.
pub(crate) struct TaskPool {
    event_loop: Py<PyAny>,
    /// `context=`, as it was before any request: the loop would else call back in the context of
    /// the request that asked for another turn, and the next requests would see its variables.
    outside: Py<PyDict>,
    task_type: Py<PyAny>,
    enter_task: Py<PyAny>,
    leave_task: Py<PyAny>,
    weak_reference_count: Py<PyAny>,
    /// `asyncio.current_task`, where a task may begin within another one's step (CPython 3.12).
    current_task: Option<Py<PyAny>>,
    parked: RefCell<Vec<Standing>>,
    current: RefCell<Option<Standing>>,
    /// What drives the coroutine that is being resumed, and where its task is known.
    driving: RefCell<Option<(Py<Runner>, usize)>>,
    /// The tasks of coroutines that have suspended and not ended.
    suspended: RefCell<Slab<Py<PyAny>>>,
    yielding: Yielding,
    /// References to a task in a step of its own.
    usual_references: UsualReferences,
}

impl TaskPool {
    pub(crate) fn new(event_loop: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = event_loop.py();
        let tasks = py.import("asyncio.tasks")?;
        let outside = PyDict::new(py);
        outside.set_item(
            "context",
            py.import("contextvars")?.call_method0("copy_context")?,
        )?;
        Ok(Self {
            event_loop: event_loop.clone().unbind(),
            outside: outside.unbind(),
            task_type: tasks.getattr("Task")?.unbind(),
            enter_task: tasks.getattr("_enter_task")?.unbind(),
            leave_task: tasks.getattr("_leave_task")?.unbind(),
            current_task: (py.version_info() >= (3, 12))
                .then(|| tasks.getattr("current_task"))
                .transpose()?
                .map(Bound::unbind),
            weak_reference_count: py.import("weakref")?.getattr("getweakrefcount")?.unbind(),
            parked: RefCell::default(),
            current: RefCell::default(),
            driving: RefCell::default(),
            suspended: RefCell::default(),
            yielding: Yielding::new(event_loop)?,
            usual_references: UsualReferences::unknown(),
        })
    }

    /// Coroutines that have suspended and not ended.
    pub(crate) fn suspended(&self) -> usize {
        self.suspended.borrow().len()
    }

    fn forget(&self, place: usize) {
        // Dropped after the borrow: a task's end may run anything.
        let task = self.suspended.borrow_mut().try_remove(place);
        drop(task);
    }

    /// Cancels the tasks of all coroutines that have suspended, as `asyncio.Task.cancel` does; they
    /// end in the loop's next turns. Returns how many there are.
    pub(crate) fn cancel(&self, py: Python<'_>) -> PyResult<usize> {
        let tasks: Vec<_> = self
            .suspended
            .borrow()
            .iter()
            .map(|(_, task)| task.clone_ref(py))
            .collect();
        for task in &tasks {
            task.call_method1(py, intern!(py, "cancel"), ("the server stops",))?;
        }
        Ok(tasks.len())
    }

    /// Has the loop call back for another turn.
    pub(crate) fn call_soon<'py>(
        &self,
        py: Python<'py>,
        callback: &Py<PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        self.event_loop.bind(py).call_method(
            intern!(py, "call_soon"),
            (callback,),
            Some(self.outside.bind(py)),
        )
    }

    /// Has the loop call back after a time.
    pub(crate) fn call_later(
        &self,
        py: Python<'_>,
        delay: Duration,
        callback: &Py<PyAny>,
    ) -> PyResult<()> {
        let arguments = (delay.as_secs_f64(), callback);
        let outside = Some(self.outside.bind(py));
        self.event_loop
            .bind(py)
            .call_method(intern!(py, "call_later"), arguments, outside)
            .map(drop)
    }

    /// The loop.
    pub(crate) fn event_loop(&self, py: Python<'_>) -> Py<PyAny> {
        self.event_loop.clone_ref(py)
    }

    /// A new future of the loop.
    pub(crate) fn future<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.event_loop
            .bind(py)
            .call_method0(intern!(py, "create_future"))
    }

    /// Starts a coroutine; returns its outcome and its context if it ended at once, None if its task
    /// took it over.
    ///
    /// `checked` is false for a coroutine that provably leaves no mark on the task it borrows.
    pub(crate) fn start<'py>(
        &self,
        coroutine: &Bound<'py, PyAny>,
        completion: Completion,
        checked: bool,
        context: Context,
    ) -> PyResult<Option<Ended<'py>>> {
        let py = coroutine.py();
        self.enter(py)?;
        let before = self.references(py);
        let outcome = match context.run(py, || raw::step(coroutine))? {
            Step::Returned(value) => Ok(value),
            Step::Raised(error) => Err(error),
            Step::Suspended(awaited) => {
                self.hand_over(coroutine, context, completion, (awaited, before))?;
                return Ok(None);
            }
        };
        if checked && (self.references(py) != before || self.is_marked(py)?) {
            self.discard(py)?;
        }
        Ok(Some((outcome, context)))
    }

    /// What drives the coroutine that runs now, or will once it suspends; None where some other task
    /// of the application runs, be it one that was begun eagerly within the coroutine's step.
    pub(crate) fn runner(&self, py: Python<'_>) -> PyResult<Option<Py<Runner>>> {
        let Some((task, runner)) = self.running(py) else {
            return Ok(None);
        };
        Ok(self.is_current(task.bind(py))?.then_some(runner))
    }

    /// The pool's task whose step this is, and what it runs.
    fn running(&self, py: Python<'_>) -> Option<(Py<PyAny>, Py<Runner>)> {
        if let Some((runner, place)) = &*self.driving.borrow() {
            let suspended = self.suspended.borrow();
            let task = suspended.get(*place)?;
            return Some((task.clone_ref(py), runner.clone_ref(py)));
        }
        let current = self.current.borrow();
        let Standing { task, runner, .. } = current.as_ref()?;
        Some((task.clone_ref(py), runner.clone_ref(py)))
    }

    /// Whether the pool's task, whose step this is, has not begun another one eagerly, whose step it is.
    fn is_current(&self, task: &Bound<'_, PyAny>) -> PyResult<bool> {
        match &self.current_task {
            Some(current_task) => {
                let current = current_task.bind(task.py()).call1((&self.event_loop,))?;
                Ok(current.is(task))
            }
            None => Ok(true),
        }
    }

    /// Resumes the coroutine of a runner.
    fn step<'py>(&self, runner: &Bound<'py, Runner>, work: &Work) -> PyResult<Step<'py>> {
        let py = runner.py();
        let driving = (runner.clone().unbind(), work.place);
        let before = self.driving.replace(Some(driving));
        let step = work.context.run(py, || raw::step(work.coroutine.bind(py)));
        self.driving.replace(before);
        step
    }

    /// Resumes a coroutine at once where its task waits for nothing but this future; false where it
    /// does not, and the future is to be used.
    ///
    /// The coroutine runs as in its task's next step, which the loop would else take in its next turn.
    /// As long as it comes to wait for the same future again, the task is not woken at all.
    pub(crate) fn resume(
        &self,
        py: Python<'_>,
        runner: &Py<Runner>,
        future: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let runner = runner.bind(py);
        let Some(place) = runner.get().place_waiting_for(future) else {
            return Ok(false);
        };
        let task = match self.suspended.borrow().get(place) {
            Some(task) => task.clone_ref(py),
            None => return Ok(false),
        };
        self.leave(py)?;
        self.enter_task.bind(py).call1((&self.event_loop, &task))?;
        let to_wake = Runner::resume(runner, future, self);
        let left = self.leave_task.bind(py).call1((&self.event_loop, &task));
        let to_wake = to_wake?;
        left?;
        Ok(!to_wake)
    }

    /// Makes a standing task the loop's current one, if none is yet.
    fn enter(&self, py: Python<'_>) -> PyResult<()> {
        if self.current.borrow().is_some() {
            return Ok(());
        }
        let standing = loop {
            let parked = self.parked.borrow_mut().pop();
            match parked {
                // Whoever cancels all of the loop's tasks has cancelled the idle ones too.
                Some(standing) if !standing.is_alive(py)? => {}
                Some(standing) => break standing,
                None => break self.create(py)?,
            }
        };
        self.enter_task
            .bind(py)
            .call1((&self.event_loop, &standing.task))?;
        standing.runner.get().hold();
        *self.current.borrow_mut() = Some(standing);
        Ok(())
    }

    fn create(&self, py: Python<'_>) -> PyResult<Standing> {
        let runner = Py::new(py, Runner::default())?;
        let options = PyDict::new(py);
        options.set_item(intern!(py, "loop"), &self.event_loop)?;
        let task = self
            .task_type
            .bind(py)
            .call((&runner,), Some(&options))?
            .unbind();
        let name = task.call_method0(py, intern!(py, "get_name"))?;
        Ok(Standing { task, runner, name })
    }

    /// Ends the stretch in which coroutines are started; the loop has no current task after it.
    pub(crate) fn leave(&self, py: Python<'_>) -> PyResult<()> {
        let Some(standing) = self.take_current(py)? else {
            return Ok(());
        };
        if self.parked.borrow().len() >= PARKED_TASKS {
            return standing.runner.get().retire(py);
        }
        let parking = standing.runner.get().parking(py);
        self.parked.borrow_mut().push(standing);
        match parking {
            Some(parking) => Parking::release(parking.bind(py)),
            None => Ok(()),
        }
    }

    fn take_current(&self, py: Python<'_>) -> PyResult<Option<Standing>> {
        let Some(standing) = self.current.borrow_mut().take() else {
            return Ok(None);
        };
        self.leave_task
            .bind(py)
            .call1((&self.event_loop, &standing.task))?;
        Ok(Some(standing))
    }

    /// Gives a suspended coroutine to the current task, which goes on with it in its next step, or keeps
    /// it where it only asks for another turn of the loop. `references` is what there was before it began.
    fn hand_over(
        &self,
        coroutine: &Bound<'_, PyAny>,
        context: Context,
        completion: Completion,
        (awaited, references): (Bound<'_, PyAny>, isize),
    ) -> PyResult<()> {
        let py = coroutine.py();
        let parking = if awaited.is_none() {
            self.parking_to_keep(py, references)
        } else {
            None
        };
        let is_clean =
            parking.is_none() && self.references(py) == references && !self.is_marked(py)?;
        let Some(Standing { task, runner, name }) = self.take_current(py)? else {
            return Err(PyRuntimeError::new_err(
                "a coroutine was started without a standing task",
            ));
        };
        let work = Work {
            coroutine: coroutine.clone().unbind(),
            context,
            completion,
            place: self.suspended.borrow_mut().insert(task),
            clean_name: is_clean.then(|| name.clone_ref(py)),
        };
        let Some(parking) = parking else {
            return runner.get().take_over(py, work, awaited);
        };
        let turn = Turn {
            work,
            parking,
            name,
        };
        self.set_aside(py, runner, turn)
    }

    /// Lets the current task go: a coroutine left something on it that the next must not see.
    fn discard(&self, py: Python<'_>) -> PyResult<()> {
        match self.take_current(py)? {
            Some(standing) => standing.runner.get().retire(py),
            None => Ok(()),
        }
    }

    /// References to the current task: one more afterwards shows that somebody holds it.
    fn references(&self, py: Python<'_>) -> isize {
        let current = self.current.borrow();
        current
            .as_ref()
            .map_or(0, |standing| raw::reference_count(standing.task.bind(py)))
    }

    /// Whether a coroutine left a mark on the current task that the next must not find: a weak
    /// reference beside the loop's own, a cancellation, even one that was taken back before it was
    /// thrown, a callback, a name, an attribute.
    fn is_marked(&self, py: Python<'_>) -> PyResult<bool> {
        let current = self.current.borrow();
        let Some(standing) = current.as_ref() else {
            return Ok(false);
        };
        Ok(standing.is_cancelled(py)? || self.has_mark(standing.task.bind(py), &standing.name)?)
    }

    /// As `is_marked`, of any task, cancellations left out.
    fn has_mark(&self, task: &Bound<'_, PyAny>, name: &Py<PyAny>) -> PyResult<bool> {
        let py = task.py();
        let weak_references: usize = self
            .weak_reference_count
            .bind(py)
            .call1((task,))?
            .extract()?;
        Ok(weak_references > OWN_WEAK_REFERENCES
            || !task.getattr(intern!(py, "_callbacks"))?.is_none()
            || raw::attributes(task)?.is_truthy()?
            || !task.call_method0(intern!(py, "get_name"))?.is(name))
    }

    /// References to the task of a suspended coroutine, at the beginning of one of its steps; None
    /// where it is not to be used again. Nothing that could hold the task precedes the first step.
    fn begin_step(&self, py: Python<'_>, work: &Work, is_first: bool) -> Option<isize> {
        work.clean_name.as_ref()?;
        let references = {
            let suspended = self.suspended.borrow();
            raw::reference_count(suspended.get(work.place)?.bind(py))
        };
        if is_first {
            self.usual_references.note(references);
        }
        self.usual_references.are(references).then_some(references)
    }

    /// Makes the task of a coroutine that has ended a standing one again, unless somebody holds it
    /// or has left a mark on it; false where the task is to end. `references` is what `begin_step`
    /// returned in the same step.
    fn take_back(
        &self,
        py: Python<'_>,
        work: &Work,
        references: isize,
        runner: Py<Runner>,
    ) -> PyResult<bool> {
        let Some(name) = &work.clean_name else {
            return Ok(false);
        };
        if self.parked.borrow().len() >= PARKED_TASKS {
            return Ok(false);
        }
        let task = {
            let suspended = self.suspended.borrow();
            match suspended.get(work.place) {
                Some(task) if raw::reference_count(task.bind(py)) == references => {
                    task.clone_ref(py)
                }
                _ => return Ok(false),
            }
        };
        if is_cancelled(task.bind(py))? || self.has_mark(task.bind(py), name)? {
            return Ok(false);
        }
        self.parked.borrow_mut().push(Standing {
            task,
            runner,
            name: name.clone_ref(py),
        });
        Ok(true)
    }

    /// Ends all parked tasks; the loop runs them out afterwards.
    pub(crate) fn close(&self, py: Python<'_>) -> PyResult<()> {
        self.leave(py)?;
        self.give_up_turns(py)?;
        let parked = std::mem::take(&mut *self.parked.borrow_mut());
        parked
            .iter()
            .try_for_each(|standing| standing.runner.get().retire(py))
    }
}
