//! A: the request line.

use super::{SECOND, Vector, line, raw, two};

pub(crate) fn vectors() -> Vec<Vector> {
    let mut vectors = lines();
    vectors.extend(targets());
    vectors.extend(sizes());
    vectors
}

fn lines() -> Vec<Vector> {
    vec![
        line("A01 baseline", "GET /1 HTTP/1.1", "A"),
        two("A02 LF only", "GET /1 HTTP/1.1\nHost: x\n\n", "400"),
        two(
            "A03 bare CR as line end",
            "GET /1 HTTP/1.1\rHost: x\r\r",
            "400",
        ),
        two(
            "A04 empty line before",
            "\r\nGET /1 HTTP/1.1\r\nHost: x\r\n\r\n",
            "A",
        ),
        two("A05 200 empty lines before", "\r\n".repeat(200), "400"),
        line("A06 space before method", " GET /1 HTTP/1.1", "400"),
        line("A07 unknown method", "FOO /1 HTTP/1.1", "A"),
        line("A08 lower-case method", "get /1 HTTP/1.1", "A"),
        line("A09 bracket in method", "GE(T /1 HTTP/1.1", "400"),
        line("A10 NUL in method", "GE\0T /1 HTTP/1.1", "400"),
        line("A12 two spaces", "GET  /1 HTTP/1.1", "400"),
        line("A13 tabs", "GET\t/1\tHTTP/1.1", "400"),
        line("A14 space after version", "GET /1 HTTP/1.1 ", "400"),
        two("A15 HTTP/0.9", "GET /1\r\n", "400"),
        line("A16 HTTP/1.2", "GET /1 HTTP/1.2", "A"),
        line("A17 HTTP/2.0", "GET /1 HTTP/2.0", "505"),
        line("A18 HTTP/1.10", "GET /1 HTTP/1.10", "400"),
        line("A19 HTTP/01.1", "GET /1 HTTP/01.1", "400"),
        line("A20 lower-case version", "GET /1 http/1.1", "400"),
        line("A21 HTTP/1.1x", "GET /1 HTTP/1.1x", "400"),
        line("A49 empty method", " /1 HTTP/1.1", "400"),
        raw(
            "A50 HTTP/2 preface",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "505",
        ),
        raw(
            "A51 TLS ClientHello",
            b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\x5f",
            "400",
        ),
    ]
}

fn targets() -> Vec<Vector> {
    vec![
        line("A22 fragment", "GET /1#f HTTP/1.1", "400"),
        line("A23 space in target", "GET /1 b HTTP/1.1", "400"),
        line("A24 0xFF in target", b"GET /1\xff HTTP/1.1", "400"),
        line("A25 UTF-8 in target", "GET /\u{e9} HTTP/1.1", "400"),
        line("A26 NUL in target", "GET /\0 HTTP/1.1", "400"),
        line("A27 control in target", "GET /\x01 HTTP/1.1", "400"),
        line("A28 DEL in target", "GET /\x7f HTTP/1.1", "400"),
        line("A29 no slash", "GET foo HTTP/1.1", "400"),
        line("A30 absolute", "GET http://x/1 HTTP/1.1", "A"),
        line(
            "A31 absolute, other host",
            "GET http://other/1 HTTP/1.1",
            "A",
        ),
        line("A32 userinfo", "GET http://u:p@x/1 HTTP/1.1", "400"),
        line("A33 authority on GET", "GET x:80 HTTP/1.1", "400"),
        line("A34 CONNECT", "CONNECT x:443 HTTP/1.1", "501"),
        line("A35 OPTIONS *", "OPTIONS * HTTP/1.1", "A"),
        line("A36 GET *", "GET * HTTP/1.1", "400"),
        line("A37 two slashes", "GET //evil.com/1 HTTP/1.1", "A"),
        line("A38 escaped NUL", "GET /1%00 HTTP/1.1", "400"),
        line("A39 broken escape", "GET /1%zz HTTP/1.1", "400"),
        line("A40 escaped dots", "GET /%2e%2e%2fetc HTTP/1.1", "A"),
        line("A41 dots", "GET /1/../../etc/passwd HTTP/1.1", "A"),
        line("A42 overlong escape", "GET /%c0%af HTTP/1.1", "A"),
        line("A43 backslash", "GET /1\\..\\x HTTP/1.1", "A"),
        line("A47 no path", "GET ?q HTTP/1.1", "400"),
        line("A48 broken IPv6", "GET http://[::1/ HTTP/1.1", "400"),
    ]
}

fn sizes() -> Vec<Vector> {
    let target = |length: usize| format!("GET /{} HTTP/1.1", "a".repeat(length));
    vec![
        line(
            "A11 method of 5000",
            format!("{} /1 HTTP/1.1", "M".repeat(5000)),
            "501",
        ),
        line("A44 target of 7.9 KB", target(7_900), "A"),
        line("A45 target of 70 KB", target(70_000), "414"),
        line("A46 target of 1 MB", target(1_000_000), "414"),
        raw(
            "A52 no line end",
            [&b"A".repeat(65_536)[..], SECOND].concat(),
            "414",
        ),
    ]
}
