//! Parameter values: from the bytes of a request to text and numbers.
//!
//! Everything here answers only where the answer certainly equals what FastAPI's stack (Python's
//! `urllib.parse`, Starlette 1.10, Pydantic 2.14) gives, and otherwise says "ask Python".

use std::borrow::Cow;

pub mod coerce;
pub mod cookie;
pub mod header;
pub mod number;
pub mod percent;
pub mod query;

/// What looking for one value by its name gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup<'r> {
    /// The request does not have the name.
    Missing,
    /// The text, borrowed from the request where nothing was escaped.
    Text(Cow<'r, str>),
    /// The request has text that only Python is certain to decode as Python does.
    AskPython,
}

impl<'r> From<Option<Cow<'r, str>>> for Lookup<'r> {
    /// A decoding of a value that is there: `None` means that only Python can tell.
    fn from(decoded: Option<Cow<'r, str>>) -> Self {
        decoded.map_or(Self::AskPython, Self::Text)
    }
}
