//! The request line: method, target and version (RFC 9112 section 3).

use super::characters::{is_target, is_token};
use super::head::Span;
use super::host::is_host;
use crate::error::ErrorKind;

/// The parts of a request line, as places in the head.
#[derive(Clone, Debug, Default)]
pub(super) struct RequestLine {
    pub(super) method: Span,
    /// Still percent-encoded; empty where an absolute target has no path.
    pub(super) path: Span,
    /// Without the question mark.
    pub(super) query: Span,
    /// Of an absolute target; it takes the place of `Host`.
    pub(super) authority: Option<Span>,
    pub(super) version_minor: u8,
}

/// Parses the request line at `line`.
#[inline]
pub(super) fn parse(
    bytes: &[u8],
    line: Span,
    method_bytes: usize,
) -> Result<RequestLine, ErrorKind> {
    let (method, rest) = split(line.of(bytes), is_token).ok_or(BAD_METHOD)?;
    let (target, version) = split(rest, is_target).ok_or(BAD_TARGET)?;
    let version_minor = parse_version(version)?;
    if method.len() > method_bytes {
        return Err(ErrorKind::NotImplemented("the method is too long"));
    }
    if method == b"CONNECT" {
        return Err(ErrorKind::NotImplemented("CONNECT is not supported"));
    }
    let method_span = Span::new(line.start, method.len());
    let target_start = method_span.end + 1;
    let mut parsed = RequestLine {
        method: method_span,
        version_minor,
        ..RequestLine::default()
    };
    match target {
        [b'/', ..] => parse_path(&mut parsed, target, target_start)?,
        b"*" if method == b"OPTIONS" => parsed.path = Span::new(target_start, 1),
        _ => parse_absolute(&mut parsed, target, target_start)?,
    }
    Ok(parsed)
}

const BAD_METHOD: ErrorKind =
    ErrorKind::BadRequest("the request line does not begin with a method");
const BAD_TARGET: ErrorKind =
    ErrorKind::BadRequest("the request line has no valid target between single spaces");

/// Takes the allowed bytes at the start off the text, and the space that must follow them.
#[inline]
fn split(text: &[u8], allowed: impl Fn(u8) -> bool) -> Option<(&[u8], &[u8])> {
    let length = text.iter().position(|&byte| !allowed(byte))?;
    match text.split_at(length) {
        (part, [b' ', rest @ ..]) if length > 0 => Some((part, rest)),
        _ => None,
    }
}

/// Any HTTP/1.x from 1.1 on is spoken as 1.1 (RFC 9110 section 2.5).
#[inline]
fn parse_version(version: &[u8]) -> Result<u8, ErrorKind> {
    match version {
        b"HTTP/1.1" => Ok(1),
        [
            b'H',
            b'T',
            b'T',
            b'P',
            b'/',
            major @ b'0'..=b'9',
            b'.',
            minor @ b'0'..=b'9',
        ] => match major {
            b'1' => Ok((minor - b'0').min(1)),
            _ => Err(ErrorKind::VersionNotSupported),
        },
        _ => Err(ErrorKind::BadRequest(
            "the request line does not end in a version",
        )),
    }
}

/// Takes `target` (path and query) apart. The query is left as it is; the path must be decodable.
#[inline]
fn parse_path(parsed: &mut RequestLine, target: &[u8], start: usize) -> Result<(), ErrorKind> {
    let mut end = target.len();
    for (place, &byte) in target.iter().enumerate() {
        match byte {
            b'?' => {
                end = place;
                break;
            }
            b'#' => return Err(FRAGMENT),
            b'%' => check_escape(&target[place + 1..])?,
            _ => {}
        }
    }
    parsed.path = Span::new(start, end);
    if end < target.len() {
        let query = &target[end + 1..];
        if query.contains(&b'#') {
            return Err(FRAGMENT);
        }
        parsed.query = Span::new(start + end + 1, query.len());
    }
    Ok(())
}

const FRAGMENT: ErrorKind = ErrorKind::BadRequest("the request target has a fragment");

/// `rest` is what follows a percent sign in a path. NUL is refused because no file or route name holds it.
fn check_escape(rest: &[u8]) -> Result<(), ErrorKind> {
    match rest {
        [b'0', b'0', ..] => Err(ErrorKind::BadRequest("the path holds an escaped NUL")),
        [first, second, ..] if first.is_ascii_hexdigit() && second.is_ascii_hexdigit() => Ok(()),
        _ => Err(ErrorKind::BadRequest(
            "the path holds a broken percent escape",
        )),
    }
}

/// `http://host[:port][/path][?query]`, as a proxy is sent it; servers have to accept it too.
fn parse_absolute(parsed: &mut RequestLine, target: &[u8], start: usize) -> Result<(), ErrorKind> {
    let scheme =
        scheme_length(target).ok_or(ErrorKind::BadRequest("the request target is not a path"))?;
    let rest = &target[scheme..];
    let length = rest
        .iter()
        .position(|byte| matches!(byte, b'/' | b'?' | b'#'))
        .unwrap_or(rest.len());
    let (authority, path) = rest.split_at(length);
    if matches!(authority, [] | [b':', ..]) || !is_host(authority) {
        return Err(ErrorKind::BadRequest(
            "the authority of the request target is not a host",
        ));
    }
    parsed.authority = Some(Span::new(start + scheme, length));
    parse_path(parsed, path, start + scheme + length)
}

fn scheme_length(target: &[u8]) -> Option<usize> {
    [&b"http://"[..], b"https://"]
        .iter()
        .find(|scheme| {
            target
                .get(..scheme.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        })
        .map(|scheme| scheme.len())
}
