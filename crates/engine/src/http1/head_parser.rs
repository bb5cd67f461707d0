//! The incremental parser of request heads (RFC 9112 sections 2 to 5).

use super::characters::{TOKEN_LOWER, trim_whitespace};
use super::framing::{Facts, Framing};
use super::head::{HeaderSpans, Span};
use super::host::is_host;
use super::line::{BROKEN, LineEnd, find_line_end};
use super::request_line::{self, RequestLine};
use crate::error::ErrorKind;
use crate::limits::Limits;

/// How far the parser has come. Every byte is looked at once, however the head is cut into reads.
#[derive(Debug, Default)]
struct Scan {
    line_start: usize,
    line_scanned: usize,
    headers_start: usize,
    empty_lines: usize,
}

/// The parsed head, as places in the input buffer, and the parser's state. Reused for every request of a connection.
#[derive(Debug, Default)]
pub(super) struct ParsedHead {
    pub(super) line: RequestLine,
    pub(super) headers: Vec<HeaderSpans>,
    pub(super) facts: Facts,
    pub(super) framing: Option<Framing>,
    pub(super) expects_continue: bool,
    pub(super) keep_alive: bool,
    scan: Scan,
}

impl ParsedHead {
    /// Forgets the last request.
    #[inline]
    pub(super) fn clear(&mut self) {
        self.line = RequestLine::default();
        self.headers.clear();
        self.facts = Facts::default();
        self.framing = None;
        self.expects_continue = false;
        self.keep_alive = false;
        self.scan = Scan::default();
    }

    /// The length of the head including the empty line at its end, once parsed.
    #[inline]
    pub(super) const fn length(&self) -> usize {
        self.scan.line_start
    }

    /// Whether the answer is to have no body.
    #[inline]
    pub(super) fn is_head(&self, bytes: &[u8]) -> bool {
        self.line.method.of(bytes) == b"HEAD"
    }

    #[inline]
    pub(super) const fn version_minor(&self) -> u8 {
        self.line.version_minor
    }

    /// Parses on; `bytes` begins where the head does. Returns whether the head is complete.
    #[inline]
    pub(super) fn advance(&mut self, bytes: &mut [u8], limits: &Limits) -> Result<bool, ErrorKind> {
        loop {
            let (end, line_end) = find_line_end(bytes, self.scan.line_scanned);
            self.check_so_far(end, limits)?;
            match line_end {
                LineEnd::Found => {}
                LineEnd::Broken => return Err(BROKEN),
                LineEnd::Missing => {
                    self.scan.line_scanned = end;
                    return Ok(false);
                }
            }
            let line = Span {
                start: self.scan.line_start,
                end,
            };
            self.scan.line_start = end + 2;
            self.scan.line_scanned = end + 2;
            if self.take_line(bytes, line, limits)? {
                return Ok(true);
            }
        }
    }

    /// Checks the current line up to `end`, before what stands there: so the answer does not depend on how the input
    /// is cut.
    #[inline]
    fn check_so_far(&self, end: usize, limits: &Limits) -> Result<(), ErrorKind> {
        let length = end - self.scan.line_start;
        if self.scan.headers_start == 0 {
            return if length > limits.request_line_bytes {
                Err(ErrorKind::UriTooLong)
            } else {
                Ok(())
            };
        }
        if length > limits.header_bytes
            || end - self.scan.headers_start > limits.headers_total_bytes
        {
            return Err(ErrorKind::HeadersTooLarge);
        }
        Ok(())
    }

    /// Takes a complete line; returns whether it ends the head.
    #[inline]
    fn take_line(
        &mut self,
        bytes: &mut [u8],
        line: Span,
        limits: &Limits,
    ) -> Result<bool, ErrorKind> {
        let is_empty = line.start == line.end;
        if self.scan.headers_start != 0 {
            if is_empty {
                self.finish(bytes, limits)?;
            } else {
                self.take_header(bytes, line, limits)?;
            }
            return Ok(is_empty);
        }
        if is_empty {
            self.scan.empty_lines += 1;
            let too_many = self.scan.empty_lines > limits.leading_empty_lines;
            return if too_many {
                Err(ErrorKind::BadRequest("empty lines before the request line"))
            } else {
                Ok(false)
            };
        }
        self.line = request_line::parse(bytes, line, limits.method_bytes)?;
        self.scan.headers_start = self.scan.line_start;
        Ok(false)
    }

    #[inline]
    fn take_header(
        &mut self,
        bytes: &mut [u8],
        line: Span,
        limits: &Limits,
    ) -> Result<(), ErrorKind> {
        let text = bytes.get_mut(line.start..line.end).unwrap_or_default();
        let (name_length, value) = parse_header(text)?;
        if name_length > limits.header_name_bytes || self.headers.len() >= limits.headers_count {
            return Err(ErrorKind::HeadersTooLarge);
        }
        let name = Span::new(line.start, name_length);
        let value = Span {
            start: line.start + value.start,
            end: line.start + value.end,
        };
        self.facts
            .note(self.headers.len(), name.of(bytes), value.of(bytes))?;
        self.headers.push(HeaderSpans { name, value });
        Ok(())
    }

    /// Checks what only the whole head shows.
    #[inline]
    fn finish(&mut self, bytes: &[u8], limits: &Limits) -> Result<(), ErrorKind> {
        let minor = self.line.version_minor;
        match self
            .facts
            .host
            .and_then(|index| self.headers.get_mut(index))
        {
            Some(header) => {
                if !is_host(header.value.of(bytes)) && limits.host_syntax {
                    return Err(ErrorKind::BadRequest("the Host header is not a host"));
                }
                header.value = self.line.authority.unwrap_or(header.value);
            }
            None if minor > 0 => return Err(ErrorKind::BadRequest("the Host header is missing")),
            None => {}
        }
        let framing = self.facts.framing(minor)?;
        self.expects_continue = self.facts.expects_continue(minor)? && framing != Framing::None;
        self.keep_alive = self.facts.keep_alive(minor);
        self.framing = Some(framing);
        Ok(())
    }
}

/// Checks a line without control characters for being a header, and puts its name into lower case; returns the length
/// of the name and the place of the value.
///
/// A line that begins with a space is refused with the rest: folding is obsolete (RFC 9112 section 5.2).
#[inline]
pub(super) fn parse_header(line: &mut [u8]) -> Result<(usize, Span), ErrorKind> {
    let mut length = 0;
    for byte in line.iter_mut() {
        let lower = TOKEN_LOWER[usize::from(*byte)];
        if lower == 0 {
            break;
        }
        *byte = lower;
        length += 1;
    }
    let Some((b':', raw)) = line.get(length..).and_then(<[u8]>::split_first) else {
        return Err(ErrorKind::BadRequest("a header line has no valid name"));
    };
    if length == 0 {
        return Err(ErrorKind::BadRequest("a header line has no name"));
    }
    let skipped = raw
        .iter()
        .take_while(|&&byte| byte == b' ' || byte == b'\t')
        .count();
    Ok((
        length,
        Span::new(length + 1 + skipped, trim_whitespace(raw).len()),
    ))
}
