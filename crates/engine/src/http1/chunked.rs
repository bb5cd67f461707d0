//! The chunked transfer coding (RFC 9112 section 7.1), decoded byte by byte for its framing and in one piece for its data.

use super::trailers::Trailers;
use crate::error::ErrorKind;
use crate::limits::Limits;

const MOST_DIGITS: u8 = 16;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Size,
    SpaceAfterSize,
    Extension,
    SizeLineFeed,
    Data,
    DataReturn,
    DataLineFeed,
    Trailers,
    End,
}

/// What a decoding step found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece {
    /// This many bytes of body follow the consumed framing; they count as taken.
    Data(usize),
    /// All input is consumed and the body goes on.
    NeedInput,
    /// The body and its trailers are complete.
    End,
}

/// Decodes one chunked body.
#[derive(Debug, Default)]
pub struct ChunkedDecoder {
    state: State,
    digits: u8,
    /// Size being read, then bytes of the chunk still to come.
    size: u64,
    total: u64,
    limit: u64,
    extension_bytes: usize,
    trailers: Trailers,
}

impl ChunkedDecoder {
    /// A decoder that refuses bodies of more than `limit` bytes, as soon as a chunk announces them.
    #[must_use]
    pub fn new(limit: u64) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Lets at most `count` bytes come beyond those already announced.
    pub(super) fn limit_rest(&mut self, count: u64) {
        self.limit = self.limit.min(self.total.saturating_add(count));
    }

    /// Bytes of the current chunk that are still to come.
    pub(super) fn chunk_rest(&self) -> u64 {
        if self.state == State::Data {
            self.size
        } else {
            0
        }
    }

    /// The trailers, once the body has ended.
    #[must_use]
    pub const fn trailers(&self) -> &Trailers {
        &self.trailers
    }

    /// Decodes up to the next piece of data; returns how many bytes of framing precede it.
    ///
    /// # Errors
    /// Anything but the strict grammar, and any exceeded bound. The decoder must not be used afterwards.
    pub fn next_piece(
        &mut self,
        input: &[u8],
        limits: &Limits,
    ) -> Result<(usize, Piece), ErrorKind> {
        for (place, &byte) in input.iter().enumerate() {
            if self.state == State::Data {
                return Ok((place, self.take_data(input.len() - place)));
            }
            if self.take_framing(byte, limits)? {
                return Ok((place + 1, Piece::End));
            }
        }
        Ok((
            input.len(),
            if self.state == State::End {
                Piece::End
            } else {
                Piece::NeedInput
            },
        ))
    }

    fn take_data(&mut self, available: usize) -> Piece {
        let count = usize::try_from(self.size).map_or(available, |size| size.min(available));
        self.size -= count as u64;
        if self.size == 0 {
            self.state = State::DataReturn;
        }
        Piece::Data(count)
    }

    /// Takes a byte outside the data; returns whether it ends the body.
    fn take_framing(&mut self, byte: u8, limits: &Limits) -> Result<bool, ErrorKind> {
        self.state = match (self.state, byte) {
            (State::Size, _) if byte.is_ascii_hexdigit() => self.take_digit(byte)?,
            (State::Size, _) if self.digits == 0 => return Err(BAD_SIZE),
            (State::Size, b' ' | b'\t') => self.take_extension(State::SpaceAfterSize, limits)?,
            (State::SpaceAfterSize, b' ' | b'\t') => {
                self.take_extension(State::SpaceAfterSize, limits)?
            }
            (State::Size | State::SpaceAfterSize, b';') => {
                self.take_extension(State::Extension, limits)?
            }
            (State::Size | State::Extension, b'\r') => State::SizeLineFeed,
            (State::Extension, b'\t' | 0x20..=0x7e | 0x80..) => {
                self.take_extension(State::Extension, limits)?
            }
            (State::SizeLineFeed, b'\n') => self.begin_chunk()?,
            (State::DataReturn, b'\r') => State::DataLineFeed,
            (State::DataLineFeed, b'\n') => State::Size,
            (State::Trailers, _) if self.trailers.take(byte, limits)? => State::End,
            (State::Trailers, _) => State::Trailers,
            (State::Size | State::SpaceAfterSize, _) => return Err(BAD_SIZE),
            (State::DataReturn | State::DataLineFeed, _) => return Err(BAD_END),
            _ => return Err(BAD_LINE),
        };
        Ok(self.state == State::End)
    }

    fn take_digit(&mut self, byte: u8) -> Result<State, ErrorKind> {
        let digit = char::from(byte).to_digit(16).unwrap_or_default();
        self.digits += 1;
        self.size = (self.size << 4) | u64::from(digit);
        let fits = self.digits <= MOST_DIGITS && self.size <= i64::MAX as u64;
        if fits { Ok(State::Size) } else { Err(BAD_SIZE) }
    }

    fn take_extension(&mut self, next: State, limits: &Limits) -> Result<State, ErrorKind> {
        self.extension_bytes += 1;
        if self.extension_bytes > limits.chunk_extension_bytes {
            return Err(ErrorKind::BadRequest("the chunk extensions are too long"));
        }
        Ok(next)
    }

    fn begin_chunk(&mut self) -> Result<State, ErrorKind> {
        self.digits = 0;
        self.total = self.total.saturating_add(self.size);
        if self.total > self.limit {
            return Err(ErrorKind::ContentTooLarge);
        }
        Ok(if self.size == 0 {
            State::Trailers
        } else {
            State::Data
        })
    }
}

const BAD_SIZE: ErrorKind =
    ErrorKind::BadRequest("a chunk size is not a hexadecimal number in bounds");
const BAD_LINE: ErrorKind = ErrorKind::BadRequest("a chunk size line does not end in CR LF");
const BAD_END: ErrorKind = ErrorKind::BadRequest("a chunk does not end where its size says");
