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

    /// Takes the next bytes. Returns what they complete (a part's header lines, its content so far as it has come, None
    /// for its end) and whether they are multipart.
    fn feed<'py>(
        &mut self,
        py: Python<'py>,
        data: &Bound<'py, PyBytes>,
    ) -> PyResult<(Bound<'py, PyList>, bool)> {
        let mut events = Events::new(py);
        let mut failure = None;
        let is_valid = self.parser.feed(data.as_bytes(), &mut |event| {
            let added = match event {
                Event::Data(content) => {
                    events.extend(content, data);
                    Ok(())
                }
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
        let events = events.finish()?;
        failure.map_or(Ok((events, is_valid.is_ok())), Err)
    }

    /// Whether the body is complete; one without any bytes is.
    #[getter]
    fn is_complete(&self) -> bool {
        self.parser.is_complete()
    }
}

/// What one feed completes. The pieces of a part's content are joined: a client that writes what looks like the beginning
/// of a boundary cuts it into pieces of some bytes, and each piece that Python sees is a write to a file.
struct Events<'py> {
    list: Bound<'py, PyList>,
    /// The content since the last event of another kind: its first piece, which mostly is the only one,
    first: Option<Bound<'py, PyBytes>>,
    /// and all the others.
    others: Vec<u8>,
}

impl<'py> Events<'py> {
    fn new(py: Python<'py>) -> Self {
        Self {
            list: PyList::empty(py),
            first: None,
            others: Vec::new(),
        }
    }

    /// Adds content. Where it is all that was fed, and nothing of the part stands before it, it is not copied again.
    fn extend(&mut self, content: &[u8], fed: &Bound<'py, PyBytes>) {
        if self.first.is_some() {
            self.others.extend_from_slice(content);
        } else if std::ptr::eq(content, fed.as_bytes()) {
            self.first = Some(fed.clone());
        } else {
            self.first = Some(PyBytes::new(fed.py(), content));
        }
    }

    /// Adds an event of another kind.
    fn append(&mut self, event: impl IntoPyObject<'py>) -> PyResult<()> {
        self.settle()?;
        self.list.append(event)
    }

    /// Ends the content so far.
    fn settle(&mut self) -> PyResult<()> {
        let Some(first) = self.first.take() else {
            return Ok(());
        };
        if self.others.is_empty() {
            return self.list.append(first);
        }
        let all = [first.as_bytes(), &self.others].concat();
        self.others.clear();
        self.list.append(PyBytes::new(self.list.py(), &all))
    }

    fn finish(mut self) -> PyResult<Bound<'py, PyList>> {
        self.settle()?;
        Ok(self.list)
    }
}
