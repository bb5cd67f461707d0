//! B: the header section and the options of the connection.

use super::{Vector, header, post, raw, two};

pub(crate) fn vectors() -> Vec<Vector> {
    let mut vectors = hosts();
    vectors.extend(lines());
    vectors.extend(sizes());
    vectors.extend(connection());
    vectors.extend(expectations());
    vectors
}

fn host(id: &'static str, lines: &str, outcome: &'static str) -> Vector {
    two(id, format!("GET /1 HTTP/1.1\r\n{lines}\r\n\r\n"), outcome)
}

fn hosts() -> Vec<Vector> {
    vec![
        two("B01 no Host", "GET /1 HTTP/1.1\r\nA: b\r\n\r\n", "400"),
        two(
            "B02 no Host in 1.0",
            "GET /1 HTTP/1.0\r\n\r\n",
            "200()-close",
        ),
        host("B03 two equal Hosts", "Host: x\r\nHost: x", "400"),
        host("B04 two Hosts", "Host: x\r\nHost: y", "400"),
        host("B05 space in Host", "Host: a b", "400"),
        host("B06 slash in Host", "Host: a/b", "400"),
        host("B07 userinfo in Host", "Host: u@x", "400"),
        host("B08 list in Host", "Host: a, b", "400"),
        host("B09 empty Host", "Host: ", "A"),
        host("B10 port out of range", "Host: x:99999", "400"),
        host("B11 space before colon", "Host : x", "400"),
    ]
}

fn lines() -> Vec<Vector> {
    vec![
        post(
            "B12 space before colon",
            "Content-Length : 5",
            "hello",
            "400",
        ),
        post(
            "B13 tab before colon",
            "Transfer-Encoding\t: chunked",
            "5\r\nhello\r\n0\r\n\r\n",
            "400",
        ),
        header("B14 no colon", "abc", "400"),
        header("B15 no name", ": v", "400"),
        header("B16 folded", "A: b\r\n c", "400"),
        two(
            "B17 first line folded",
            "GET /1 HTTP/1.1\r\n A: b\r\nHost: x\r\n\r\n",
            "400",
        ),
        header("B18 NUL in value", "A: b\0c", "400"),
        header("B19 bare CR in value", "A: b\rc", "400"),
        header("B20 bare LF in value", "A: b\nEvil: 1", "400"),
        header("B21 control in value", "A: b\x01c", "400"),
        header("B22 DEL in value", "A: b\x7fc", "400"),
        header("B23 obs-text in value", b"A: b\xe9c", "A"),
        header("B24 0xE9 in name", b"A\xe9: b", "400"),
        header("B25 bracket in name", "X(Y: 1", "400"),
        header("B26 underscore in name", "X_Y: 1", "A"),
        header("B36 vertical tab before value", "A:\x0bb", "400"),
        raw(
            "B37 CR X at the end",
            "GET /1 HTTP/1.1\r\nHost: x\r\n\rX",
            "400",
        ),
        header("B52 Content_Length", "Content_Length: 5", "A"),
    ]
}

fn sizes() -> Vec<Vector> {
    let many = |count: usize| {
        (0..count)
            .map(|number| format!("X-{number}: v"))
            .collect::<Vec<_>>()
            .join("\r\n")
    };
    let long = |size: usize| format!("X: {}", "v".repeat(size));
    let cookies = (0..8000)
        .map(|number| format!("c{number}=1"))
        .collect::<Vec<_>>()
        .join("; ");
    vec![
        header("B27 100 headers", many(99), "A"),
        header("B28 101 more headers", many(101), "431"),
        header("B29 1001 headers", many(1001), "431"),
        header("B30 10000 headers", many(10_000), "431"),
        header("B31 header of 9 KB", long(9_000), "A"),
        header("B32 header of 17 KB", long(17_000), "A"),
        header("B33 header of 70 KB", long(70_000), "431"),
        header("B34 header of 500 KB", long(500_000), "431"),
        header(
            "B35 name of 10 KB",
            format!("{}: v", "n".repeat(10_000)),
            "431",
        ),
        header("B51 8000 cookies", format!("Cookie: {cookies}"), "431"),
    ]
}

fn connection() -> Vec<Vector> {
    let old = |lines: &str| format!("GET /1 HTTP/1.0\r\nHost: x\r\n{lines}\r\n");
    vec![
        two("B38 HTTP/1.0", old(""), "200()-close"),
        two(
            "B39 HTTP/1.0 keep-alive",
            old("Connection: keep-alive\r\n"),
            "A",
        ),
        header("B40 close", "Connection: close", "200()-close"),
        header("B41 CLOSE", "Connection: CLOSE", "200()-close"),
        header(
            "B42 keep-alive, close",
            "Connection: keep-alive, close",
            "200()-close",
        ),
        header(
            "B48 Upgrade: h2c",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AA",
            "A",
        ),
        post(
            "B49 Upgrade: websocket with a body",
            "Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 5",
            "hello",
            "A5",
        ),
        header(
            "B50 Upgrade: foo",
            "Connection: Upgrade\r\nUpgrade: foo",
            "A",
        ),
    ]
}

/// B44 and B47, where the client waits, are in `http1_expect.rs`.
fn expectations() -> Vec<Vector> {
    let old =
        "POST /1 HTTP/1.0\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello";
    vec![
        post(
            "B43 Expect with the body",
            "Expect: 100-continue\r\nContent-Length: 5",
            "hello",
            "A5",
        ),
        post(
            "B45 Expect: foo",
            "Expect: foo\r\nContent-Length: 5",
            "hello",
            "417",
        ),
        two("B46 Expect in 1.0", old, "200(5)-close"),
    ]
}
