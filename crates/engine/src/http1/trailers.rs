//! Trailer fields after a chunked body (RFC 9112 section 7.1.2).

use super::head::{HeaderSpans, Span};
use super::head_parser::parse_header;
use super::line::BROKEN;
use crate::error::ErrorKind;
use crate::limits::Limits;

/// Fields that decide about framing or routing: merged into the headers they would change what was decided already.
const FORBIDDEN: [&[u8]; 6] = [
    b"connection",
    b"content-length",
    b"host",
    b"te",
    b"trailer",
    b"transfer-encoding",
];

/// The trailers of one body, kept apart from the headers.
#[derive(Debug, Default)]
pub struct Trailers {
    text: Vec<u8>,
    fields: Vec<HeaderSpans>,
    line_start: usize,
    after_return: bool,
}

impl Trailers {
    /// Names in lower case and values, in the order they were sent.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], &[u8])> {
        self.fields
            .iter()
            .map(|field| (field.name.of(&self.text), field.value.of(&self.text)))
    }

    /// Takes the next byte; returns whether it ends the section.
    pub(super) fn take(&mut self, byte: u8, limits: &Limits) -> Result<bool, ErrorKind> {
        match (self.after_return, byte) {
            (true, b'\n') => {
                self.after_return = false;
                self.take_line(limits)
            }
            (true, _) => Err(BROKEN),
            (false, b'\r') => {
                self.after_return = true;
                Ok(false)
            }
            (false, 0..=8 | 10..=31 | 127) => Err(BROKEN),
            (false, _) if self.text.len() >= limits.trailer_bytes => {
                Err(ErrorKind::HeadersTooLarge)
            }
            (false, _) => {
                self.text.push(byte);
                Ok(false)
            }
        }
    }

    fn take_line(&mut self, limits: &Limits) -> Result<bool, ErrorKind> {
        let start = self.line_start;
        if start == self.text.len() {
            return Ok(true);
        }
        let (name_length, value) = parse_header(&mut self.text[start..])?;
        let name = Span::new(start, name_length);
        if FORBIDDEN.contains(&name.of(&self.text)) {
            return Err(ErrorKind::BadRequest(
                "a trailer must not describe the message",
            ));
        }
        if self.fields.len() >= limits.headers_count {
            return Err(ErrorKind::HeadersTooLarge);
        }
        let value = Span {
            start: start + value.start,
            end: start + value.end,
        };
        self.fields.push(HeaderSpans { name, value });
        self.line_start = self.text.len();
        Ok(false)
    }
}
