//! What the headers say about the message: its length and whether the connection goes on.

use super::characters::{is_token, trim_whitespace};
use crate::error::ErrorKind;

/// How the end of a request body is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Framing {
    /// There is no body.
    None,
    /// By its length in bytes.
    Length(u64),
    /// By the chunked transfer coding.
    Chunked,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Coding {
    #[default]
    Absent,
    Chunked,
    /// A list of known syntax that ends in chunked: RFC 9112 section 6.1 asks for 501.
    Unknown,
    Bad,
}

/// What is gathered from the headers that the engine itself obeys.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    /// Place of the `Host` header among the headers.
    pub(super) host: Option<usize>,
    length: Option<u64>,
    coding: Coding,
    close: bool,
    keep_alive: bool,
    expects_continue: bool,
    expects_other: bool,
    /// `Upgrade` names the WebSocket protocol.
    names_websocket: bool,
    /// `Connection` says that `Upgrade` is meant for this hop.
    upgrades: bool,
}

impl Facts {
    /// Takes note of a header; `index` is its place, `name` is in lower case.
    #[inline]
    pub(super) fn note(
        &mut self,
        index: usize,
        name: &[u8],
        value: &[u8],
    ) -> Result<(), ErrorKind> {
        match name {
            b"host" => self.note_host(index),
            b"content-length" => self.note_length(value),
            b"transfer-encoding" => {
                self.coding = if self.coding == Coding::Absent {
                    coding(value)
                } else {
                    Coding::Bad
                };
                Ok(())
            }
            b"connection" => {
                self.note_connection(value);
                Ok(())
            }
            b"expect" => {
                let known = value.eq_ignore_ascii_case(b"100-continue");
                self.expects_continue |= known;
                self.expects_other |= !known;
                Ok(())
            }
            b"upgrade" => {
                let mut protocols = value.split(|&byte| byte == b',').map(trim_whitespace);
                self.names_websocket |=
                    protocols.any(|protocol| protocol.eq_ignore_ascii_case(b"websocket"));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn note_host(&mut self, index: usize) -> Result<(), ErrorKind> {
        match self.host.replace(index) {
            None => Ok(()),
            Some(_) => Err(ErrorKind::BadRequest("there is more than one Host header")),
        }
    }

    fn note_length(&mut self, value: &[u8]) -> Result<(), ErrorKind> {
        let length =
            parse_length(value).ok_or(ErrorKind::BadRequest("Content-Length is not a length"))?;
        match self.length.replace(length) {
            None => Ok(()),
            Some(_) => Err(ErrorKind::BadRequest(
                "there is more than one Content-Length header",
            )),
        }
    }

    fn note_connection(&mut self, value: &[u8]) {
        for option in value.split(|&byte| byte == b',').map(trim_whitespace) {
            self.close |= option.eq_ignore_ascii_case(b"close");
            self.keep_alive |= option.eq_ignore_ascii_case(b"keep-alive");
            self.upgrades |= option.eq_ignore_ascii_case(b"upgrade");
        }
    }

    /// The framing of the body. Two statements about it are an attack or a fault, never repaired.
    pub(super) fn framing(&self, version_minor: u8) -> Result<Framing, ErrorKind> {
        match (self.coding, self.length) {
            (Coding::Absent, None | Some(0)) => Ok(Framing::None),
            (Coding::Absent, Some(length)) => Ok(Framing::Length(length)),
            (Coding::Chunked, None) if version_minor > 0 => Ok(Framing::Chunked),
            (Coding::Unknown, None) if version_minor > 0 => Err(ErrorKind::NotImplemented(
                "the transfer coding is not known",
            )),
            (Coding::Bad | Coding::Unknown, None) => {
                Err(ErrorKind::BadRequest("Transfer-Encoding is not chunked"))
            }
            (Coding::Chunked, None) => Err(ErrorKind::BadRequest(
                "Transfer-Encoding in an HTTP/1.0 request",
            )),
            (_, Some(_)) => Err(ErrorKind::BadRequest(
                "both Transfer-Encoding and Content-Length",
            )),
        }
    }

    /// Whether the client waits for "100 Continue"; the expectation has no meaning in HTTP/1.0.
    pub(super) fn expects_continue(&self, version_minor: u8) -> Result<bool, ErrorKind> {
        if version_minor == 0 {
            return Ok(false);
        }
        if self.expects_other {
            Err(ErrorKind::ExpectationFailed)
        } else {
            Ok(self.expects_continue)
        }
    }

    /// Whether the client asks to go on in the WebSocket protocol.
    pub(super) const fn asks_for_websocket(&self) -> bool {
        self.names_websocket && self.upgrades
    }

    /// Whether the client allows a further request on the connection.
    pub(super) const fn keep_alive(&self, version_minor: u8) -> bool {
        !self.close && (version_minor > 0 || self.keep_alive)
    }
}

/// Parses `1*DIGIT` below 2^63: no sign, no list, no wrap.
pub(super) fn parse_length(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    let mut length = 0u64;
    for &byte in value {
        if !byte.is_ascii_digit() {
            return None;
        }
        length = length
            .checked_mul(10)?
            .checked_add(u64::from(byte - b'0'))?;
    }
    (length <= i64::MAX as u64).then_some(length)
}

fn coding(value: &[u8]) -> Coding {
    if value.eq_ignore_ascii_case(b"chunked") {
        return Coding::Chunked;
    }
    let mut codings = value.rsplit(|&byte| byte == b',').map(trim_whitespace);
    let last_is_chunked = codings
        .next()
        .is_some_and(|last| last.eq_ignore_ascii_case(b"chunked"));
    let others_are_known_syntax = codings.all(|other| {
        !other.is_empty()
            && other.iter().all(|&byte| is_token(byte))
            && !other.eq_ignore_ascii_case(b"chunked")
    });
    if last_is_chunked && others_are_known_syntax {
        Coding::Unknown
    } else {
        Coding::Bad
    }
}
