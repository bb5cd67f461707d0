//! The calls into CPython and the kernel that have no safe form; the only file that may say `unsafe`.
#![expect(
    unsafe_code,
    reason = "calls that neither PyO3 nor the standard library wraps, each behind a safe function"
)]

use pyo3::PyClass;
use pyo3::exceptions::PySystemError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::pyclass::boolean_struct::True;
use pyo3::types::PyTuple;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

/// Arguments beyond this many go through a tuple instead of the stack.
const STACK_ARGUMENTS: usize = 16;

/// What one step of a coroutine came to.
pub(crate) enum Step<'py> {
    /// It ran to its end with this value.
    Returned(Bound<'py, PyAny>),
    /// It waits for this object (a future, or None for a bare yield).
    Suspended(Bound<'py, PyAny>),
    /// It raised.
    Raised(PyErr),
}

/// Resumes a coroutine, or starts it, as `coroutine.send(None)` does, without a StopIteration.
pub(crate) fn step<'py>(coroutine: &Bound<'py, PyAny>) -> Step<'py> {
    let py = coroutine.py();
    let mut result = ptr::null_mut();
    // SAFETY: both objects are alive and the thread is attached; `result` receives a new
    // reference or stays null.
    let status = unsafe { ffi::PyIter_Send(coroutine.as_ptr(), ffi::Py_None(), &raw mut result) };
    match status {
        ffi::PySendResult::PYGEN_RETURN => Step::Returned(owned(py, result)),
        ffi::PySendResult::PYGEN_NEXT => Step::Suspended(owned(py, result)),
        ffi::PySendResult::PYGEN_ERROR => Step::Raised(PyErr::fetch(py)),
    }
}

/// What is awaited without being a coroutine.
pub(crate) trait Awaited: PyClass<Frozen = True> + Sync {
    /// Begins or goes on with what it waits for.
    fn step<'py>(&self, py: Python<'py>) -> Step<'py>;
}

/// Has `await` step objects of a class as it steps coroutines, without a StopIteration that carries the
/// value: by the slot `am_send`, which PyO3 does not set. CPython 3.11 looks for it in every `await`.
pub(crate) fn await_directly<T: Awaited>(py: Python<'_>) {
    let class = py.get_type::<T>().as_type_ptr();
    // SAFETY: the class is alive, no object of it exists yet, and the slot is called only with objects of it.
    unsafe {
        if let Some(slots) = (*class).tp_as_async.as_mut() {
            slots.am_send = Some(send::<T>);
        }
    }
}

/// # Safety
/// The thread is attached, `awaited` is a live object of the class, and `result` can be written.
unsafe extern "C" fn send<T: Awaited>(
    awaited: *mut ffi::PyObject,
    _value: *mut ffi::PyObject,
    result: *mut *mut ffi::PyObject,
) -> ffi::PySendResult {
    let step = || {
        Python::attach(|py| {
            // SAFETY: as the caller promises; no class derives from this one.
            let awaited =
                unsafe { Bound::from_borrowed_ptr(py, awaited).cast_into_unchecked::<T>() };
            match awaited.get().step(py) {
                Step::Returned(value) => (value.into_ptr(), ffi::PySendResult::PYGEN_RETURN),
                Step::Suspended(future) => (future.into_ptr(), ffi::PySendResult::PYGEN_NEXT),
                Step::Raised(error) => {
                    error.restore(py);
                    (ptr::null_mut(), ffi::PySendResult::PYGEN_ERROR)
                }
            }
        })
    };
    // No panic may cross into C; PyO3's own slots hold it back, too.
    let (object, status) = catch_unwind(AssertUnwindSafe(step)).unwrap_or_else(|_| {
        Python::attach(|py| PySystemError::new_err("the engine has panicked").restore(py));
        (ptr::null_mut(), ffi::PySendResult::PYGEN_ERROR)
    });
    // SAFETY: as the caller promises.
    unsafe { *result = object };
    status
}

fn owned(py: Python<'_>, object: *mut ffi::PyObject) -> Bound<'_, PyAny> {
    // SAFETY: only called with a new, non-null reference handed out by the C API.
    unsafe { Bound::from_owned_ptr(py, object) }
}

/// Calls with positional arguments through the vectorcall protocol: no tuple is built.
pub(crate) fn call<'py>(
    callable: &Bound<'py, PyAny>,
    arguments: &[Bound<'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    let py = callable.py();
    if arguments.len() > STACK_ARGUMENTS {
        return callable.call1(PyTuple::new(py, arguments)?);
    }
    // One free slot in front lets the callee prepend `self` without copying.
    let mut stack = [ptr::null_mut::<ffi::PyObject>(); STACK_ARGUMENTS + 1];
    for (slot, argument) in stack.iter_mut().skip(1).zip(arguments) {
        *slot = argument.as_ptr();
    }
    let flags = arguments.len() | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET;
    // SAFETY: `stack[1..]` holds `arguments.len()` live objects, and slot 0 is writable as the
    // offset flag promises.
    let result = unsafe {
        ffi::PyObject_Vectorcall(
            callable.as_ptr(),
            stack.as_mut_ptr().add(1),
            flags,
            ptr::null_mut(),
        )
    };
    if result.is_null() {
        Err(PyErr::fetch(py))
    } else {
        Ok(owned(py, result))
    }
}

/// The dictionary of an object's own attributes, which tasks have and do not show.
pub(crate) fn attributes<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the object is alive and the thread is attached; the context argument is not used.
    let dictionary = unsafe { ffi::PyObject_GenericGetDict(object.as_ptr(), ptr::null_mut()) };
    if dictionary.is_null() {
        Err(PyErr::fetch(object.py()))
    } else {
        Ok(owned(object.py(), dictionary))
    }
}

/// A `contextvars.Context` that belongs to one request.
#[derive(Debug)]
pub(crate) struct Context(Py<PyAny>);

impl Context {
    /// A copy of the current context: O(1), the two share structure.
    pub(crate) fn copy_current(py: Python<'_>) -> PyResult<Self> {
        // SAFETY: the thread is attached; the call returns a new reference or null.
        let context = unsafe { ffi::PyContext_CopyCurrent() };
        if context.is_null() {
            Err(PyErr::fetch(py))
        } else {
            Ok(Self(owned(py, context).unbind()))
        }
    }

    /// The Python object.
    pub(crate) fn into_object(self, py: Python<'_>) -> Bound<'_, PyAny> {
        self.0.into_bound(py)
    }

    /// Runs `work` with this context current.
    ///
    /// # Errors
    /// RuntimeError where the context is already entered.
    pub(crate) fn run<'py, T>(&self, py: Python<'py>, work: impl FnOnce() -> T) -> PyResult<T> {
        // SAFETY: the object is a live Context and the thread is attached.
        if unsafe { ffi::PyContext_Enter(self.0.as_ptr()) } < 0 {
            return Err(PyErr::fetch(py));
        }
        let guard = Entered {
            context: self,
            _py: py,
        };
        let result = work();
        drop(guard);
        Ok(result)
    }
}

/// Leaves the context on drop, so that a panic cannot leave it entered.
struct Entered<'a, 'py> {
    context: &'a Context,
    _py: Python<'py>,
}

impl Drop for Entered<'_, '_> {
    fn drop(&mut self) {
        // SAFETY: this guard exists only between a successful enter and its exit, on one thread.
        // The status can only report a context that is not current, which the guard rules out.
        unsafe { ffi::PyContext_Exit(self.context.0.as_ptr()) };
    }
}

/// Duplicates a listening socket that Python owns.
///
/// # Errors
/// Whatever `dup` reports, for example that the descriptor is closed.
pub(crate) fn duplicate_listener(descriptor: i32) -> std::io::Result<std::net::TcpListener> {
    // SAFETY: the descriptor is only borrowed for the call that duplicates it; one that is not
    // open makes the call fail.
    let borrowed = unsafe { std::os::fd::BorrowedFd::borrow_raw(descriptor) };
    Ok(std::net::TcpListener::from(borrowed.try_clone_to_owned()?))
}

/// Reads at most `most` bytes, as many as `buffer` has room for, behind what it holds.
pub(crate) fn read_behind(
    socket: &mio::net::TcpStream,
    buffer: &mut Vec<u8>,
    most: usize,
) -> std::io::Result<usize> {
    let room = buffer.spare_capacity_mut();
    let most = most.min(room.len());
    let count = socket2::SockRef::from(socket).recv(room.get_mut(..most).unwrap_or_default())?;
    // SAFETY: the kernel has filled the first `count` bytes of the room.
    unsafe { buffer.set_len(buffer.len() + count) };
    Ok(count)
}

/// Tells glibc's allocator from what size on blocks are mapped by themselves, and how much free memory stays at the
/// heap's end; false where it is another allocator, or refuses.
pub(crate) fn tune_allocator(mapped_from: i32, kept: i32) -> bool {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        // SAFETY: the call only changes the allocator's parameters, and takes any values.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, mapped_from) == 1
                && libc::mallopt(libc::M_TRIM_THRESHOLD, kept) == 1
        }
    }
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    {
        let _ = (mapped_from, kept);
        false
    }
}

/// How many references to an object there are.
pub(crate) fn reference_count(object: &Bound<'_, PyAny>) -> isize {
    // SAFETY: the object is alive and the thread is attached.
    unsafe { ffi::Py_REFCNT(object.as_ptr()) }
}
