//! How much of freed memory the C library's allocator keeps for what comes next.

use crate::raw;
use pyo3::prelude::*;

/// Blocks from here on are the kernel's again as soon as they are freed.
const RETURNED_AT_ONCE: i32 = 4 * 1024 * 1024;

/// Freed memory at the heap's end that is kept.
const KEPT: i32 = 32 * 1024 * 1024;

/// Keeps some freed memory in the process, instead of taking it from the kernel anew for every large body: each page
/// costs a fault, which together are most of what a body of a megabyte costs.
///
/// Returns whether the allocator does so; only glibc's can be told.
#[pyfunction]
pub(crate) fn keep_freed_memory() -> bool {
    raw::tune_allocator(RETURNED_AT_ONCE, KEPT)
}
