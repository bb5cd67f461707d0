//! The head of a request as the application sees it.

use super::framing::Framing;
use super::head_parser::ParsedHead;

/// A place in the head, counted from its first byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl Span {
    #[inline]
    pub(super) const fn new(start: usize, length: usize) -> Self {
        Self {
            start,
            end: start + length,
        }
    }

    /// The bytes at this place; none where the head is no longer kept.
    #[inline]
    pub(super) fn of(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) struct HeaderSpans {
    pub(super) name: Span,
    pub(super) value: Span,
}

/// The head of the current request. All of it lies in the input buffer; nothing is copied.
#[derive(Clone, Copy, Debug)]
pub struct Head<'c> {
    parsed: &'c ParsedHead,
    bytes: &'c [u8],
}

impl<'c> Head<'c> {
    #[inline]
    pub(super) const fn new(parsed: &'c ParsedHead, bytes: &'c [u8]) -> Self {
        Self { parsed, bytes }
    }

    /// The method as sent: `get` is not `GET`.
    #[must_use]
    pub fn method(&self) -> &'c str {
        std::str::from_utf8(self.parsed.line.method.of(self.bytes)).unwrap_or_default()
    }

    /// The path, still percent-encoded; `*` for `OPTIONS *`, `/` where an absolute target has none.
    #[must_use]
    pub fn raw_path(&self) -> &'c [u8] {
        match self.parsed.line.path.of(self.bytes) {
            b"" => b"/",
            path => path,
        }
    }

    /// The query without its question mark; empty where there is none.
    #[must_use]
    pub fn query(&self) -> &'c [u8] {
        self.parsed.line.query.of(self.bytes)
    }

    /// Host and port: of an absolute target, else of the `Host` header; `None` only in HTTP/1.0.
    #[must_use]
    pub fn authority(&self) -> Option<&'c [u8]> {
        let span = match self.parsed.line.authority {
            Some(span) => span,
            None => self.parsed.headers.get(self.parsed.facts.host?)?.value,
        };
        Some(span.of(self.bytes))
    }

    /// 0 or 1: later minor versions are spoken as 1.1.
    #[must_use]
    pub const fn version_minor(&self) -> u8 {
        self.parsed.line.version_minor
    }

    /// The headers in the order they were sent; an absolute target has replaced the value of `host`.
    #[must_use]
    pub fn headers(&self) -> Headers<'c> {
        Headers {
            spans: self.parsed.headers.iter(),
            bytes: self.bytes,
        }
    }

    /// The value of the first header of this name, which is to be given in lower case.
    #[must_use]
    pub fn header(&self, name: &[u8]) -> Option<&'c [u8]> {
        self.headers()
            .find(|header| header.0 == name)
            .map(|header| header.1)
    }

    /// How the end of the body is found.
    #[must_use]
    pub fn framing(&self) -> Framing {
        self.parsed.framing.unwrap_or(Framing::None)
    }

    /// Whether the client holds the body back until it sees "100 Continue".
    #[must_use]
    pub const fn expects_continue(&self) -> bool {
        self.parsed.expects_continue
    }

    /// Whether the client asks to go on in the WebSocket protocol.
    #[inline]
    #[must_use]
    pub const fn asks_for_websocket(&self) -> bool {
        self.parsed.facts.asks_for_websocket()
    }

    /// Whether the client allows a further request on the connection.
    #[must_use]
    pub const fn keep_alive(&self) -> bool {
        self.parsed.keep_alive
    }
}

/// Iterates over names in lower case and values without surrounding white space.
#[derive(Clone, Debug)]
pub struct Headers<'c> {
    spans: std::slice::Iter<'c, HeaderSpans>,
    bytes: &'c [u8],
}

impl<'c> Iterator for Headers<'c> {
    type Item = (&'c [u8], &'c [u8]);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let header = self.spans.next()?;
        Some((header.name.of(self.bytes), header.value.of(self.bytes)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.spans.size_hint()
    }
}

impl ExactSizeIterator for Headers<'_> {}
