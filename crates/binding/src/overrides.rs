//! Whether a dependency of a planned call has been replaced.

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyFunction, PyType};

/// The dependencies of a call, and the application's `dependency_overrides`.
pub(crate) struct Overrides {
    /// None where the call has no dependencies.
    overrides: Option<Py<PyDict>>,
    /// What the dependencies call.
    calls: Vec<Py<PyAny>>,
    /// Whether all of those are equal to themselves alone.
    are_distinct: bool,
}

impl Overrides {
    /// Reads those of a `RoutePlan`.
    pub(crate) fn read(plan: &Bound<'_, PyAny>) -> PyResult<Self> {
        let calls: Vec<Bound<'_, PyAny>> = plan.getattr("dependencies")?.extract()?;
        Ok(Self {
            overrides: plan.getattr("overrides")?.extract()?,
            are_distinct: calls.iter().all(is_distinct),
            calls: calls.into_iter().map(Bound::unbind).collect(),
        })
    }

    /// Whether a dependency of the call may have been replaced. What cannot be looked up goes to the solver, which
    /// says why.
    pub(crate) fn apply(&self, py: Python<'_>) -> bool {
        let Some(overrides) = &self.overrides else {
            return false;
        };
        let overrides = overrides.bind(py);
        if overrides.is_empty() {
            return false;
        }
        if let Some(applies) = self.apply_by_identity(overrides) {
            return applies;
        }
        let is_replaced = |call: &Py<PyAny>| overrides.contains(call).unwrap_or(true);
        self.calls.iter().any(is_replaced)
    }

    /// Looks for what is replaced among what is called, which needs no hashing: mostly few are replaced, for the whole
    /// application. None where that does not tell.
    fn apply_by_identity(&self, overrides: &Bound<'_, PyDict>) -> Option<bool> {
        if !self.are_distinct || overrides.len() > self.calls.len() {
            return None;
        }
        for (call, _) in overrides {
            if self.calls.iter().any(|own| own.is(&call)) {
                return Some(true);
            }
            if !is_distinct(&call) {
                return None;
            }
        }
        Some(false)
    }
}

/// Whether an object is compared by identity: functions and ordinary classes are.
fn is_distinct(call: &Bound<'_, PyAny>) -> bool {
    call.is_exact_instance_of::<PyFunction>() || call.is_exact_instance_of::<PyType>()
}
