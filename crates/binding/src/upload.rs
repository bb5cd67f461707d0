//! Arguments out of a form with files, which a planned call takes whole.
//!
//! Only what certainly gives the values that the solver would find is taken apart here: everything else is parsed
//! again, by the solver.

use crate::decode;
use crate::plan::{Argument, Form, FormBounds};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};
use sixlane_engine::multipart::{Disposition, Event, Header, Parser, plain_boundary};
use std::cell::OnceCell;

impl FormBounds {
    /// Whether a form of this type and length is taken apart as a whole, rather than as it comes.
    pub(crate) fn reads_upload(&self, content_type: Option<&[u8]>, length: Option<u64>) -> bool {
        content_type.and_then(plain_boundary).is_some()
            && length.is_some_and(|length| length <= self.upload_bytes)
    }
}

/// The parts of a form, in order. The files that were made of it are closed with it, unless they are taken.
pub(crate) struct Upload<'py> {
    items: Vec<(String, Value<'py>)>,
    make_file: Bound<'py, PyAny>,
}

enum Value<'py> {
    Text(String),
    File(File<'py>),
}

/// A file, made when an argument asks for it.
struct File<'py> {
    name: String,
    headers: Vec<Header>,
    content: Bound<'py, PyBytes>,
    made: OnceCell<Bound<'py, PyAny>>,
}

impl<'py> Upload<'py> {
    /// Takes a form apart; None where it is not one, or where anything about it is unusual.
    pub(crate) fn read(
        py: Python<'py>,
        body: &[u8],
        boundary: &[u8],
        bounds: &FormBounds,
    ) -> Option<Self> {
        let mut parser = Parser::new(boundary).ok()?;
        let mut parts = Parts {
            py,
            bounds,
            headers: None,
            content: Content::None,
            items: Vec::new(),
        };
        let mut taken = Some(());
        parser
            .feed(body, &mut |event| {
                if taken.is_some() {
                    taken = parts.take(event);
                }
            })
            .ok()?;
        taken?;
        let files = parts.items.iter().filter(|(_, value)| value.is_file());
        let files = files.count();
        let is_within = files <= bounds.files && parts.items.len() - files <= bounds.fields;
        (parser.is_complete() && is_within).then(|| Self {
            items: parts.items,
            make_file: bounds.make_file.bind(py).clone(),
        })
    }

    /// What an argument gets; None where only the solver can tell.
    pub(crate) fn argument(
        &self,
        py: Python<'py>,
        argument: &Argument,
    ) -> Option<Bound<'py, PyAny>> {
        let named = self
            .items
            .iter()
            .filter(|(name, _)| *name == *argument.name);
        let mut values = named.map(|(_, value)| value);
        match argument.form {
            Form::Model => None,
            Form::List => {
                let all = PyList::empty(py);
                for value in values {
                    all.append(self.as_object(value)?).ok()?;
                }
                if all.is_empty() {
                    return decode::default(py, argument);
                }
                decode::validated(py, &all.into_any(), argument)
            }
            _ => match values.next_back() {
                None => decode::default(py, argument),
                Some(Value::Text(text)) if text.is_empty() => decode::default(py, argument),
                Some(Value::Text(text)) => decode::value(py, text, argument),
                Some(file) => decode::validated(py, &self.as_object(file)?, argument),
            },
        }
    }

    fn as_object(&self, value: &Value<'py>) -> Option<Bound<'py, PyAny>> {
        match value {
            Value::Text(text) => Some(PyString::new(self.make_file.py(), text).into_any()),
            Value::File(file) => match file.made.get() {
                Some(made) => Some(made.clone()),
                None => {
                    let made = file.make(&self.make_file).ok()?;
                    Some(file.made.get_or_init(|| made).clone())
                }
            },
        }
    }

    /// Takes the files that were made, to be closed when the request is over.
    pub(crate) fn take_files(&mut self) -> Vec<Py<PyAny>> {
        let made = self.items.iter_mut().filter_map(|(_, value)| match value {
            Value::File(file) => file.made.take().map(Bound::unbind),
            Value::Text(_) => None,
        });
        made.collect()
    }
}

impl Drop for Upload<'_> {
    fn drop(&mut self) {
        let py = self.make_file.py();
        for file in self.take_files() {
            if let Err(error) = close(file.bind(py)) {
                error.write_unraisable(py, Some(file.bind(py)));
            }
        }
    }
}

/// Closes an `UploadFile` whose content is in memory.
pub(crate) fn close(file: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = file.py();
    let spooled = file.getattr(intern!(py, "file"))?;
    spooled.call_method0(intern!(py, "close")).map(drop)
}

impl<'py> File<'py> {
    fn make(&self, make_file: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let as_bytes = |text: &[u8]| PyBytes::new(make_file.py(), text);
        let headers = self.headers.iter();
        let headers: Vec<_> = headers
            .map(|(name, value)| (as_bytes(name), as_bytes(value)))
            .collect();
        make_file.call1((&self.content, &self.name, headers))
    }
}

impl Value<'_> {
    const fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

/// The content of the part that is being read.
enum Content<'py> {
    None,
    /// The first piece, which nearly always is all of it, already where Python can use it.
    Whole(Bound<'py, PyBytes>),
    Pieces(Vec<u8>),
}

impl<'py> Content<'py> {
    fn add(&mut self, py: Python<'py>, piece: &[u8]) {
        match self {
            Self::None => *self = Self::Whole(PyBytes::new(py, piece)),
            Self::Whole(first) => *self = Self::Pieces([first.as_bytes(), piece].concat()),
            Self::Pieces(pieces) => pieces.extend_from_slice(piece),
        }
    }

    fn into_bytes(self, py: Python<'py>) -> Bound<'py, PyBytes> {
        match self {
            Self::None => PyBytes::new(py, b""),
            Self::Whole(content) => content,
            Self::Pieces(pieces) => PyBytes::new(py, &pieces),
        }
    }
}

/// Parts while they are read.
struct Parts<'py, 'b> {
    py: Python<'py>,
    bounds: &'b FormBounds,
    /// Those of the current part.
    headers: Option<Vec<Header>>,
    content: Content<'py>,
    items: Vec<(String, Value<'py>)>,
}

impl<'py> Parts<'py, '_> {
    /// Takes what the parser has found; None where it is left to the solver.
    fn take(&mut self, event: Event<'_>) -> Option<()> {
        match event {
            Event::Head(headers) => self.headers = Some(headers),
            Event::Data(piece) => self.content.add(self.py, piece),
            Event::End => {
                let headers = self.headers.take()?;
                let content = std::mem::replace(&mut self.content, Content::None);
                self.end(headers, content.into_bytes(self.py))?;
            }
        }
        Some(())
    }

    fn end(&mut self, headers: Vec<Header>, content: Bound<'py, PyBytes>) -> Option<()> {
        let mut dispositions = headers
            .iter()
            .filter(|(name, _)| name == b"content-disposition");
        let (_, disposition) = dispositions.next()?;
        if dispositions.next().is_some() {
            return None;
        }
        let disposition = Disposition::read(disposition)?;
        let name = disposition.name.to_owned();
        let value = match disposition.filename.map(str::to_owned) {
            // What a browser sends for a choice of no file.
            Some(name) if name.is_empty() => return None,
            Some(name) => Value::File(File {
                name,
                headers,
                content,
                made: OnceCell::new(),
            }),
            None if content.as_bytes().len() > self.bounds.text_bytes => return None,
            None => Value::Text(std::str::from_utf8(content.as_bytes()).ok()?.to_owned()),
        };
        self.items.push((name, value));
        Some(())
    }
}
