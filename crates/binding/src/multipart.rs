//! `MultipartParser`: the parser of forms with files, as Python feeds it.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList};
use sixlane_engine::multipart::{Event, Parser};

/// Reads a `multipart/form-data` body in pieces.
#[pyclass(module = "sixlane._engine")]
pub(crate) struct MultipartParser {
    /// Boxed: its vectors need 32-byte alignment, which Python's allocator does not give.
    parser: Box<Parser>,
}

#[pymethods]
impl MultipartParser {
    #[new]
    fn new(boundary: &[u8]) -> PyResult<Self> {
        let parser = Parser::new(boundary).map_err(|_| PyValueError::new_err("boundary"))?;
        Ok(Self {
            parser: Box::new(parser),
        })
    }

    /// Takes the next bytes. Returns what they complete (a part's header lines, some of its content, None for its end)
    /// and whether they are multipart.
    fn feed<'py>(
        &mut self,
        py: Python<'py>,
        data: &Bound<'py, PyBytes>,
    ) -> PyResult<(Bound<'py, PyList>, bool)> {
        let events = PyList::empty(py);
        let mut failure = None;
        let whole = data.as_bytes();
        let is_valid = self.parser.feed(whole, &mut |event| {
            let added = match event {
                // Not copied again.
                Event::Data(content) if std::ptr::eq(content, whole) => events.append(data),
                Event::Data(content) => events.append(PyBytes::new(py, content)),
                Event::Head(headers) => events.append(
                    headers
                        .iter()
                        .map(|(name, value)| (PyBytes::new(py, name), PyBytes::new(py, value)))
                        .collect::<Vec<_>>(),
                ),
                Event::End => events.append(py.None()),
            };
            if let Err(error) = added {
                failure = Some(error);
            }
        });
        failure.map_or(Ok((events, is_valid.is_ok())), Err)
    }

    /// Whether the body is complete; one without any bytes is.
    #[getter]
    fn is_complete(&self) -> bool {
        self.parser.is_complete()
    }
}
