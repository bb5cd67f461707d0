//! The head and the framing of an answer.

use std::fmt;

use super::characters::{TOKEN_LOWER, is_field_value, is_token};
use super::date::Date;
use super::framing::parse_length;
use crate::output::Output;

/// Why a streamed answer was refused. Nothing of the refused part is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplyError {
    /// No request waits for an answer, or its answer has begun already.
    NotExpected,
    /// Not a final status code: 200 to 999.
    Status,
    /// Not a header name.
    HeaderName,
    /// A header value with a control character, which could split the answer.
    HeaderValue,
    /// `content-length` is not a length, or not the length stated elsewhere.
    Length,
    /// More body than `content-length` says; the connection is aborted.
    TooLong,
    /// Less body than `content-length` says; the connection is aborted.
    TooShort,
    /// The connection has ended; whatever is still sent is dropped.
    Ended,
}

impl fmt::Display for ReplyError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NotExpected => "no request waits for an answer",
            Self::Status => "the status code is not between 200 and 999",
            Self::HeaderName => "a header name is not a token",
            Self::HeaderValue => "a header value holds a control character",
            Self::Length => "content-length is not the length of the body",
            Self::TooLong => "the body is longer than its content-length",
            Self::TooShort => "the body is shorter than its content-length",
            Self::Ended => "the connection has ended",
        })
    }
}

impl std::error::Error for ReplyError {}

/// How far the answer to the current request has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Progress {
    #[default]
    Unstarted,
    /// So many bytes of body are missing.
    Length(u64),
    Chunked,
    /// The body ends with the connection (HTTP/1.0).
    UntilClose,
    /// Body data is dropped: the answer has none.
    Bodyless,
    Finished,
}

/// What an answer says about the connection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Persistence {
    /// Nothing: HTTP/1.1 goes on by default.
    #[default]
    Implied,
    /// It goes on, which HTTP/1.0 has to be told.
    KeepAlive,
    Close,
}

impl Persistence {
    const fn line(self) -> &'static [u8] {
        match self {
            Self::Implied => b"",
            Self::KeepAlive => b"connection: keep-alive\r\n",
            Self::Close => b"connection: close\r\n",
        }
    }
}

/// Whether an answer with this status never has a body (RFC 9110 section 6.4.1); nor has one to `HEAD`.
#[inline]
pub(super) const fn forbids_body(status: u16) -> bool {
    matches!(status, 100..=199 | 204 | 205 | 304)
}

/// Whether `content-length` must or should be left out: a 304 would have to give that of the full answer.
#[inline]
pub(super) const fn forbids_length(status: u16) -> bool {
    matches!(status, 100..=199 | 204 | 304)
}

/// Writes the status line, the date and the connection header.
#[inline]
pub(super) fn write_start(
    output: &mut Output,
    status: u16,
    date: Option<&Date>,
    persistence: Persistence,
) {
    match status_line(status) {
        Some(line) => output.append(line),
        None => {
            output.append(b"HTTP/1.1 ");
            output.append_decimal(u64::from(status));
            output.append(b" \r\n");
        }
    }
    if let Some(date) = date {
        output.append(&date.line());
    }
    output.append(persistence.line());
}

#[inline]
pub(super) fn write_length(output: &mut Output, length: u64) {
    output.append(b"content-length: ");
    output.append_decimal(length);
    output.append(b"\r\n");
}

/// What the headers of a streamed answer say to the engine.
#[derive(Debug, Default)]
pub(super) struct Stated {
    pub(super) length: Option<u64>,
    pub(super) close: bool,
    pub(super) date: bool,
    /// The lines to send; those the engine writes itself are left out.
    pub(super) lines: Vec<u8>,
}

impl Stated {
    /// Checks the headers and sorts them.
    pub(super) fn read<'h>(
        headers: &mut dyn Iterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Result<Self, ReplyError> {
        let mut stated = Self::default();
        for (name, value) in headers {
            if name.is_empty() || !name.iter().all(|&byte| is_token(byte)) {
                return Err(ReplyError::HeaderName);
            }
            if !is_field_value(value) {
                return Err(ReplyError::HeaderValue);
            }
            stated.take(name, value)?;
        }
        Ok(stated)
    }

    fn take(&mut self, name: &[u8], value: &[u8]) -> Result<(), ReplyError> {
        if name.eq_ignore_ascii_case(b"content-length") {
            let length = parse_length(value).ok_or(ReplyError::Length)?;
            return match self.length.replace(length) {
                Some(other) if other != length => Err(ReplyError::Length),
                _ => Ok(()),
            };
        }
        if name.eq_ignore_ascii_case(b"transfer-encoding") {
            return Ok(());
        }
        if name.eq_ignore_ascii_case(b"connection") {
            let mut options = value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
            self.close |= options.any(|option| option.eq_ignore_ascii_case(b"close"));
            // The engine says itself which of the two holds; other options are passed on.
            if matches!(
                value.to_ascii_lowercase().as_slice(),
                b"close" | b"keep-alive"
            ) {
                return Ok(());
            }
        }
        self.date |= name.eq_ignore_ascii_case(b"date");
        self.lines
            .extend(name.iter().map(|&byte| TOKEN_LOWER[usize::from(byte)]));
        self.lines.extend_from_slice(b": ");
        self.lines.extend_from_slice(value);
        self.lines.extend_from_slice(b"\r\n");
        Ok(())
    }
}

macro_rules! status_lines {
    ($($status:literal $reason:literal),* $(,)?) => {
        const fn status_line(status: u16) -> Option<&'static [u8]> {
            match status {
                $($status => Some(concat!("HTTP/1.1 ", $status, " ", $reason, "\r\n").as_bytes()),)*
                _ => None,
            }
        }
    };
}

status_lines! {
    101 "Switching Protocols",
    200 "OK", 201 "Created", 202 "Accepted", 203 "Non-Authoritative Information", 204 "No Content",
    205 "Reset Content", 206 "Partial Content", 207 "Multi-Status", 208 "Already Reported", 226 "IM Used",
    300 "Multiple Choices", 301 "Moved Permanently", 302 "Found", 303 "See Other", 304 "Not Modified",
    305 "Use Proxy", 307 "Temporary Redirect", 308 "Permanent Redirect",
    400 "Bad Request", 401 "Unauthorized", 402 "Payment Required", 403 "Forbidden", 404 "Not Found",
    405 "Method Not Allowed", 406 "Not Acceptable", 407 "Proxy Authentication Required", 408 "Request Timeout",
    409 "Conflict", 410 "Gone", 411 "Length Required", 412 "Precondition Failed", 413 "Content Too Large",
    414 "URI Too Long", 415 "Unsupported Media Type", 416 "Range Not Satisfiable", 417 "Expectation Failed",
    418 "I'm a Teapot", 421 "Misdirected Request", 422 "Unprocessable Content", 423 "Locked",
    424 "Failed Dependency", 425 "Too Early", 426 "Upgrade Required", 428 "Precondition Required",
    429 "Too Many Requests", 431 "Request Header Fields Too Large", 451 "Unavailable For Legal Reasons",
    500 "Internal Server Error", 501 "Not Implemented", 502 "Bad Gateway", 503 "Service Unavailable",
    504 "Gateway Timeout", 505 "HTTP Version Not Supported", 506 "Variant Also Negotiates",
    507 "Insufficient Storage", 508 "Loop Detected", 510 "Not Extended", 511 "Network Authentication Required",
}
