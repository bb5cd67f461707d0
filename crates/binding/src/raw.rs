//! The calls into CPython and the kernel that have no safe form; the only file that may say `unsafe`.
#![expect(
    unsafe_code,
    reason = "calls that neither PyO3 nor the standard library wraps, each behind a safe function"
)]

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
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
