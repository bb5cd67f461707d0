//! The parser: boundaries, and what lies between them.

use super::head::Head;
use super::{BOUNDARY_BYTES, Event};
use memchr::memmem::Finder;
use memchr::{memchr, memrchr};

/// The body is not multipart, or goes beyond a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Invalid;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing but line ends so far.
    Start,
    /// Lines before the first boundary began with an empty one.
    Preamble,
    /// The first boundary, of which so many bytes of the delimiter have come.
    First(usize),
    Head,
    /// Content, whose last bytes may be so many of a delimiter.
    Content(usize),
    /// A delimiter and this byte, which a second one confirms.
    Confirm(u8),
    /// Blanks behind a boundary.
    Padding,
    /// The line feed behind a boundary is due.
    LineFeed,
    /// The last hyphen of the body is due.
    LastHyphen,
    /// What follows is dropped.
    Over,
}

/// Reads a body in pieces of any size.
#[derive(Debug)]
pub struct Parser {
    state: State,
    head: Head,
    /// CRLF, two hyphens and the boundary.
    delimiter: Vec<u8>,
    finder: Finder<'static>,
    is_empty: bool,
}

impl Parser {
    /// Begins a body.
    ///
    /// # Errors
    /// The boundary is too long.
    pub fn new(boundary: &[u8]) -> Result<Self, Invalid> {
        if boundary.len() > BOUNDARY_BYTES {
            return Err(Invalid);
        }
        let delimiter = [b"\r\n--", boundary].concat();
        Ok(Self {
            state: State::Start,
            head: Head::default(),
            finder: Finder::new(&delimiter).into_owned(),
            delimiter,
            is_empty: true,
        })
    }

    /// Takes the next bytes and gives what they complete to `found`.
    ///
    /// # Errors
    /// They are not multipart; no further bytes are to be given.
    pub fn feed(&mut self, data: &[u8], found: &mut impl FnMut(Event<'_>)) -> Result<(), Invalid> {
        let mut rest = data;
        self.is_empty &= data.is_empty();
        while let Some(&byte) = rest.first() {
            let taken = match self.state {
                State::Head => {
                    let (taken, complete) = self.head.take(rest)?;
                    if complete {
                        found(Event::Head(self.head.finish()));
                        self.state = State::Content(0);
                    }
                    taken
                }
                State::Content(0) => self.search(rest, found),
                State::Content(held) => self.go_on(held, byte, found),
                State::Confirm(first) => self.confirm(first, byte, found),
                State::Over => return Ok(()),
                State::Preamble => match memchr(b'-', rest) {
                    Some(place) => {
                        self.state = State::First(2);
                        place
                    }
                    None => rest.len(),
                },
                _ => self.step(byte)?,
            };
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Whether the body is complete. One without any bytes is a form without fields.
    pub fn is_complete(&self) -> bool {
        self.is_empty || self.state == State::Over
    }

    /// Looks for the next delimiter in content; returns how many bytes were taken.
    fn search(&mut self, rest: &[u8], found: &mut impl FnMut(Event<'_>)) -> usize {
        let length = self.delimiter.len();
        let (content, held) = match self.finder.find(rest) {
            Some(place) => (place, length),
            None => {
                // The only carriage return of a delimiter is its first byte.
                let tail = (rest.len() + 1).saturating_sub(length);
                let begun = rest
                    .get(tail..)
                    .and_then(|text| memrchr(b'\r', text))
                    .map(|place| tail + place)
                    .filter(|place| {
                        rest.get(*place..)
                            .is_some_and(|text| self.delimiter.starts_with(text))
                    });
                let place = begun.unwrap_or(rest.len());
                (place, rest.len() - place)
            }
        };
        give(rest.get(..content), found);
        self.state = State::Content(held);
        content + held
    }

    /// Takes a byte behind the beginning of what may be a delimiter, or the whole of it.
    fn go_on(&mut self, held: usize, byte: u8, found: &mut impl FnMut(Event<'_>)) -> usize {
        let next = if held < self.delimiter.len() {
            (self.delimiter.get(held) == Some(&byte)).then_some(State::Content(held + 1))
        } else {
            match byte {
                b'\r' | b'-' => Some(State::Confirm(byte)),
                b' ' | b'\t' => Some(State::Padding),
                _ => None,
            }
        };
        let Some(next) = next else {
            return self.resume(held, None, found);
        };
        if next == State::Padding {
            found(Event::End);
        }
        self.state = next;
        1
    }

    /// Takes the second byte behind a delimiter.
    fn confirm(&mut self, first: u8, byte: u8, found: &mut impl FnMut(Event<'_>)) -> usize {
        self.state = match (first, byte) {
            (b'\r', b'\n') => State::Head,
            (b'-', b'-') => State::Over,
            _ => return self.resume(self.delimiter.len(), Some(first), found),
        };
        found(Event::End);
        1
    }

    /// Gives what was taken for a delimiter as content. The byte behind it may begin one.
    fn resume(
        &mut self,
        held: usize,
        behind: Option<u8>,
        found: &mut impl FnMut(Event<'_>),
    ) -> usize {
        give(self.delimiter.get(..held), found);
        if behind == Some(b'-') {
            give(Some(b"-"), found);
        }
        // A carriage return may be the first byte of a delimiter.
        self.state = State::Content(usize::from(behind == Some(b'\r')));
        0
    }

    /// Takes a byte of the first boundary, or behind one.
    fn step(&mut self, byte: u8) -> Result<usize, Invalid> {
        let length = self.delimiter.len();
        self.state = match (self.state, byte) {
            (State::Start, b'\r' | b'\n') => State::Preamble,
            // No line end stands before it.
            (State::Start, _) => {
                self.state = State::First(2);
                return Ok(0);
            }
            (State::First(have), b'-') if have == length => State::LastHyphen,
            (State::First(have), b'\r') if have == length => State::LineFeed,
            (State::First(have), _) if self.delimiter.get(have) == Some(&byte) => {
                State::First(have + 1)
            }
            (State::LastHyphen, b'-') => State::Over,
            (State::Padding, b' ' | b'\t') => State::Padding,
            (State::Padding, b'\r') => State::LineFeed,
            (State::LineFeed, b'\n') => State::Head,
            _ => return Err(Invalid),
        };
        Ok(1)
    }
}

fn give(content: Option<&[u8]>, found: &mut impl FnMut(Event<'_>)) {
    if let Some(content) = content.filter(|content| !content.is_empty()) {
        found(Event::Data(content));
    }
}
