//! E: chunks and trailers.

use super::{Vector, post, raw};

fn chunked(id: &'static str, body: impl AsRef<[u8]>, outcome: &'static str) -> Vector {
    post(id, "Transfer-Encoding: chunked", body, outcome)
}

fn size(id: &'static str, size: &str, outcome: &'static str) -> Vector {
    chunked(id, format!("{size}\r\nhello\r\n0\r\n\r\n"), outcome)
}

fn last(id: &'static str, last: impl AsRef<str>, outcome: &'static str) -> Vector {
    chunked(id, format!("5\r\nhello\r\n{}", last.as_ref()), outcome)
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut vectors = sizes();
    vectors.extend(extensions());
    vectors.extend(data());
    vectors.extend(trailers());
    vectors.extend(amounts());
    vectors
}

fn sizes() -> Vec<Vector> {
    vec![
        size("E01 0x5", "0x5", "400"),
        size("E02 +5", "+5", "400"),
        size("E03 -5", "-5", "400"),
        size("E04 5_", "5_", "400"),
        size("E05 space before", " 5", "400"),
        size("E06 space after", "5 ", "400"),
        size("E07 empty", "", "400"),
        size("E08 g", "g", "400"),
        size("E09 0000005", "0000005", "A5"),
        size("E10 64 zeros", &format!("{}5", "0".repeat(64)), "400"),
        size("E11 2^64 + 5", "10000000000000005", "400"),
        size("E12 2^64 - 1", "ffffffffffffffff", "400"),
        size("E13 2^63", "8000000000000000", "400"),
    ]
}

fn extensions() -> Vec<Vector> {
    vec![
        size("E14 extension", "5;a=b", "A5"),
        size("E15 quoted extension", "5;a=\"b;c\"", "A5"),
        size("E16 extension with LF", "5;a\n", "400"),
        size("E17 extension with CR", "5;a\rX", "400"),
        size("E18 quoted LF", "5;a=\"\n\"", "400"),
        size("E19 NUL in extension", "5;a=\0", "400"),
        size(
            "E20 extension of 20 KB",
            &format!("5;a={}", "b".repeat(20_000)),
            "400",
        ),
        size(
            "E21 extension of 1 MB",
            &format!("5;a={}", "b".repeat(1_000_000)),
            "400",
        ),
    ]
}

fn data() -> Vec<Vector> {
    vec![
        chunked("E22 LF only", "5\nhello\n0\n\n", "400"),
        chunked("E23 LF after size", "5\nhello\r\n0\r\n\r\n", "400"),
        chunked("E24 LF after data", "5\r\nhello\n0\r\n\r\n", "400"),
        chunked("E25 nothing after data", "5\r\nhello0\r\n\r\n", "400"),
        chunked("E26 one byte too many", "5\r\nhello!\r\n0\r\n\r\n", "400"),
        chunked("E27 XX after data", "5\r\nhelloXX0\r\n\r\n", "400"),
        chunked(
            "E28 empty line before the last chunk",
            "5\r\nhello\r\n\r\n0\r\n\r\n",
            "400",
        ),
        chunked("E29 CR CR after size", "5\r\rhello\r\n0\r\n\r\n", "400"),
        chunked(
            "E45 a request for a chunk",
            "GET /evil HTTP/1.1\r\nHost: x\r\n\r\n",
            "400",
        ),
    ]
}

/// E41, the end before the last chunk, must also reach the application.
fn trailers() -> Vec<Vector> {
    let head = "POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let cut = raw(
        "E41 the end before the last chunk",
        format!("{head}5\r\nhello\r\n"),
        "400",
    );
    vec![
        last("E30 0 LF LF", "0\n\n", "400"),
        last("E31 00", "00\r\n\r\n", "A5"),
        last("E32 XX for the empty line", "0\r\nXX", "400"),
        last("E33 extension", "0;ext\r\n\r\n", "A5"),
        last("E34 trailer", "0\r\nX: y\r\n\r\n", "A5"),
        last(
            "E35 Content-Length",
            "0\r\nContent-Length: 5\r\n\r\n",
            "400",
        ),
        last(
            "E36 Transfer-Encoding",
            "0\r\nTransfer-Encoding: chunked\r\n\r\n",
            "400",
        ),
        last("E37 no colon", "0\r\nabc\r\n\r\n", "400"),
        last("E38 space before colon", "0\r\nX : y\r\n\r\n", "400"),
        last(
            "E39 100 KB",
            format!("0\r\n{}\r\n", "X: 0123456789\r\n".repeat(6_700)),
            "431",
        ),
        last("E40 NUL", "0\r\nX: \0\r\n\r\n", "400"),
        Vector { ends: true, ..cut },
    ]
}

fn amounts() -> Vec<Vector> {
    let extended = format!("1;{}\r\nb\r\n", "e".repeat(99));
    let head = "POST /nobody HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let unread = format!("{head}5\r\nhello\r\n0\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n");
    vec![
        chunked(
            "E42 10000 chunks",
            "1\r\nb\r\n".repeat(10_000) + "0\r\n\r\n",
            "A10000",
        ),
        chunked(
            "E43 2000 chunks with extensions",
            extended.repeat(2_000) + "0\r\n\r\n",
            "400",
        ),
        raw("E44 not read", unread, "A"),
    ]
}
