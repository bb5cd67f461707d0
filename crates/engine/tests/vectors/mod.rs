//! Requests that separate a strict server from a lenient one, and the outcome each must have.
//!
//! Most are followed by `GET /2`, so that any doubt about where the first request ends shows. Outcomes: `A` = both
//! answered 200; `A5` = the same, and the application saw 5 bytes of body; `A5 then 400` = the second refused;
//! `200(5)-close` = the first answered alone, then the end; `400` = refused, then the end; `100+` = preceded by
//! "100 Continue"; `drop` = ended without an answer.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod chunks;
pub(crate) mod headers;
pub(crate) mod lengths;
pub(crate) mod request_line;
pub(crate) mod transfer;

pub(crate) const SECOND: &[u8] = b"GET /2 HTTP/1.1\r\nHost: x\r\n\r\n";

/// What the client does, and what must come of it.
pub(crate) struct Vector {
    pub(crate) id: &'static str,
    pub(crate) input: Vec<u8>,
    pub(crate) ends: bool,
    pub(crate) outcome: &'static str,
}

/// Bytes as they are.
pub(crate) fn raw(id: &'static str, input: impl Into<Vec<u8>>, outcome: &'static str) -> Vector {
    Vector {
        id,
        input: input.into(),
        ends: false,
        outcome,
    }
}

/// A request followed by `GET /2`.
pub(crate) fn two(id: &'static str, first: impl Into<Vec<u8>>, outcome: &'static str) -> Vector {
    let mut input = first.into();
    input.extend_from_slice(SECOND);
    raw(id, input, outcome)
}

/// A request line with a valid `Host`, followed by `GET /2`.
pub(crate) fn line(id: &'static str, line: impl AsRef<[u8]>, outcome: &'static str) -> Vector {
    two(
        id,
        [line.as_ref(), b"\r\nHost: x\r\n\r\n"].concat(),
        outcome,
    )
}

/// A GET with these header lines beside a valid `Host`, followed by `GET /2`.
pub(crate) fn header(id: &'static str, lines: impl AsRef<[u8]>, outcome: &'static str) -> Vector {
    let first = [
        b"GET /1 HTTP/1.1\r\nHost: x\r\n",
        lines.as_ref(),
        b"\r\n\r\n",
    ];
    two(id, first.concat(), outcome)
}

/// A POST with these header lines and this body, followed by `GET /2`.
pub(crate) fn post(
    id: &'static str,
    lines: &str,
    body: impl AsRef<[u8]>,
    outcome: &'static str,
) -> Vector {
    let head = format!("POST /1 HTTP/1.1\r\nHost: x\r\n{lines}\r\n\r\n");
    two(id, [head.as_bytes(), body.as_ref()].concat(), outcome)
}
