//! What a peer can do wrong, and the answer it gets.

use std::fmt;

/// Why the engine refused a request by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bytes are not the HTTP/1 request they claim to be; the text says why.
    BadRequest(&'static str),
    /// The request did not arrive in time.
    RequestTimeout,
    /// The body is larger than its bound.
    ContentTooLarge,
    /// The request line is longer than its bound.
    UriTooLong,
    /// An `Expect` other than `100-continue`.
    ExpectationFailed,
    /// A WebSocket handshake of another version than 13.
    UpgradeRequired,
    /// One header, the header section, their number or the trailers exceed their bound.
    HeadersTooLarge,
    /// A method or transfer coding the engine does not do; the text says which.
    NotImplemented(&'static str),
    /// A major version other than 1.
    VersionNotSupported,
}

impl ErrorKind {
    /// The status code of the answer.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest(_) => 400,
            Self::RequestTimeout => 408,
            Self::ContentTooLarge => 413,
            Self::UriTooLong => 414,
            Self::ExpectationFailed => 417,
            Self::UpgradeRequired => 426,
            Self::HeadersTooLarge => 431,
            Self::NotImplemented(_) => 501,
            Self::VersionNotSupported => 505,
        }
    }

    /// A name for logs and metrics that stays the same from release to release.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadRequest(_) => "http1.bad_request",
            Self::RequestTimeout => "http1.request_timeout",
            Self::ContentTooLarge => "http1.content_too_large",
            Self::UriTooLong => "http1.uri_too_long",
            Self::ExpectationFailed => "http1.expectation_failed",
            Self::UpgradeRequired => "http1.upgrade_required",
            Self::HeadersTooLarge => "http1.headers_too_large",
            Self::NotImplemented(_) => "http1.not_implemented",
            Self::VersionNotSupported => "http1.version_not_supported",
        }
    }

    /// One clause for the client: no quotation marks, backslashes or control characters, as it stands in JSON.
    #[must_use]
    pub const fn detail(self) -> &'static str {
        match self {
            Self::BadRequest(reason) | Self::NotImplemented(reason) => reason,
            Self::RequestTimeout => "the request did not arrive in time",
            Self::ContentTooLarge => "the request body is too large",
            Self::UriTooLong => "the request line is too long",
            Self::ExpectationFailed => "the expectation is not known",
            Self::UpgradeRequired => "the WebSocket version is not 13",
            Self::HeadersTooLarge => "the request headers are too large",
            Self::VersionNotSupported => "the HTTP version is not supported",
        }
    }
}

impl ErrorKind {
    /// Complete header lines that the answer needs beside those of every answer.
    #[must_use]
    pub const fn headers(self) -> &'static [u8] {
        match self {
            // RFC 6455 section 4.4; RFC 9110 section 15.5.22 asks for the other two.
            Self::UpgradeRequired => {
                b"sec-websocket-version: 13\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            }
            _ => b"",
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.status(), self.detail())
    }
}

impl std::error::Error for ErrorKind {}
