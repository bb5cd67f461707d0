//! The header lines of a part, byte by byte.

use super::{HEADER_BYTES, HEADERS_COUNT, Header, Invalid};

/// Where in the lines the next byte stands.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    #[default]
    LineStart,
    Name,
    ValueStart,
    Value,
    /// A carriage return has ended the value.
    LineEnd,
    /// A carriage return has begun an empty line.
    LastLineEnd,
}

/// Header lines while they come.
#[derive(Debug, Default)]
pub(super) struct Head {
    place: Place,
    line_bytes: usize,
    headers: Vec<Header>,
}

impl Head {
    /// Takes bytes up to the empty line.
    ///
    /// Returns how many were taken, and whether the lines are complete.
    pub(super) fn take(&mut self, data: &[u8]) -> Result<(usize, bool), Invalid> {
        for (index, &byte) in data.iter().enumerate() {
            if self.push(byte)? {
                return Ok((index + 1, true));
            }
        }
        Ok((data.len(), false))
    }

    /// The lines; what comes next are those of another part.
    pub(super) fn finish(&mut self) -> Vec<Header> {
        self.place = Place::LineStart;
        std::mem::take(&mut self.headers)
    }

    fn push(&mut self, byte: u8) -> Result<bool, Invalid> {
        match self.place {
            Place::LineStart if byte == b'\r' => self.place = Place::LastLineEnd,
            Place::LineStart => {
                if self.headers.len() == HEADERS_COUNT {
                    return Err(Invalid);
                }
                self.headers.push(Header::default());
                self.line_bytes = 0;
                self.place = Place::Name;
                self.push_name(byte)?;
            }
            Place::Name => self.push_name(byte)?,
            Place::ValueStart if byte == b' ' => self.count()?,
            Place::ValueStart | Place::Value if byte == b'\r' => self.place = Place::LineEnd,
            Place::ValueStart | Place::Value => {
                self.count()?;
                self.place = Place::Value;
                self.line()?.1.push(byte);
            }
            Place::LineEnd if byte == b'\n' => self.place = Place::LineStart,
            Place::LastLineEnd if byte == b'\n' => return Ok(true),
            Place::LineEnd | Place::LastLineEnd => return Err(Invalid),
        }
        Ok(false)
    }

    fn push_name(&mut self, byte: u8) -> Result<(), Invalid> {
        self.count()?;
        let (name, _) = self.line()?;
        if byte == b':' && !name.is_empty() {
            self.place = Place::ValueStart;
        } else if is_token(byte) {
            name.push(byte.to_ascii_lowercase());
        } else {
            return Err(Invalid);
        }
        Ok(())
    }

    fn count(&mut self) -> Result<(), Invalid> {
        self.line_bytes += 1;
        if self.line_bytes > HEADER_BYTES {
            return Err(Invalid);
        }
        Ok(())
    }

    fn line(&mut self) -> Result<&mut Header, Invalid> {
        self.headers.last_mut().ok_or(Invalid)
    }
}

/// RFC 9110 section 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
