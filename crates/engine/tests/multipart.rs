//! Multipart bodies by example: what each gives, wherever its bytes are cut.

use sixlane_engine::multipart::{
    BOUNDARY_BYTES, Disposition, Event, HEADER_BYTES, HEADERS_COUNT, Parser, plain_boundary,
};

/// A body's parts as text; None where it is not multipart, and whether it is complete.
fn parse(body: &[u8], piece: usize) -> (Option<Vec<String>>, bool) {
    let mut parser = Parser::new(b"b").expect("a short boundary");
    let mut parts: Vec<String> = Vec::new();
    for piece in body.chunks(piece.max(1)) {
        let fed = parser.feed(piece, &mut |event| match event {
            Event::Head(headers) => {
                let lines: Vec<String> = headers
                    .iter()
                    .map(|(name, value)| {
                        let text = String::from_utf8_lossy;
                        format!("{}={}", text(name), text(value))
                    })
                    .collect();
                parts.push(format!("{}|", lines.join(",")));
            }
            Event::Data(content) => {
                let part = parts.last_mut().expect("a part has begun");
                part.push_str(&String::from_utf8_lossy(content));
            }
            Event::End => parts.last_mut().expect("a part has begun").push('$'),
        });
        if fed.is_err() {
            return (None, false);
        }
    }
    let complete = parser.is_complete();
    (Some(parts), complete)
}

fn check(name: &str, body: &[u8], expected: Option<&[&str]>, complete: bool) {
    let expected = expected.map(|parts| parts.iter().map(|part| part.to_string()).collect());
    for piece in 1..=body.len().max(1) {
        let cut = format!("{name}, in pieces of {piece}");
        assert_eq!(parse(body, piece), (expected.clone(), complete), "{cut}");
    }
}

#[test]
fn bodies_are_taken_apart() {
    let rows: &[(&str, &[u8], &[&str], bool)] = &[
        ("nothing", b"", &[], true),
        ("no part", b"--b--\r\n", &[], true),
        (
            "one part",
            b"--b\r\nA: 1\r\n\r\nx\r\n--b--\r\n",
            &["a=1|x$"],
            true,
        ),
        (
            "no line end at the end",
            b"--b\r\nA: 1\r\n\r\nx\r\n--b--",
            &["a=1|x$"],
            true,
        ),
        (
            "two parts",
            b"--b\r\nA: 1\r\n\r\nx\r\n--b\r\nB:2\r\nC:\r\n\r\n\r\n--b--",
            &["a=1|x$", "b=2,c=|$"],
            true,
        ),
        ("no headers", b"--b\r\n\r\nx\r\n--b--", &["|x$"], true),
        (
            "epilogue",
            b"--b\r\n\r\nx\r\n--b--\r\n--b\r\nmore",
            &["|x$"],
            true,
        ),
        (
            "empty lines first",
            b"\r\n\r\n--b\r\n\r\nx\r\n--b--",
            &["|x$"],
            true,
        ),
        (
            "blanks behind a boundary",
            b"--b\r\n\r\nx\r\n--b \t\r\n\r\ny\r\n--b--",
            &["|x$", "|y$"],
            true,
        ),
        (
            "nearly a boundary",
            b"--b\r\n\r\n\r\n-\r\n--\r\n--bc\r\n--b-x\r\n--b\rx\r\n--b--",
            &["|\r\n-\r\n--\r\n--bc\r\n--b-x\r\n--b\rx$"],
            true,
        ),
        (
            "carriage returns",
            b"--b\r\n\r\n\r\r\r\n\r\n--b--",
            &["|\r\r\r\n$"],
            true,
        ),
        (
            "no last boundary",
            b"--b\r\n\r\nx\r\n--b\r\n",
            &["|x$"],
            false,
        ),
        ("cut in content", b"--b\r\n\r\nx", &["|x"], false),
        ("cut in a header", b"--b\r\nA: 1", &[], false),
        ("only line ends", b"\r\n\r\n", &[], false),
    ];
    for (name, body, expected, complete) in rows {
        check(name, body, Some(expected), *complete);
    }
}

#[test]
fn what_is_not_multipart_is_refused() {
    let rows: &[(&str, &[u8])] = &[
        ("text", b"hello"),
        ("another boundary", b"--c\r\n"),
        ("text behind the first boundary", b"--bc\r\n"),
        ("bare line feed", b"--b\n"),
        ("half an end", b"--b-x"),
        ("no header name", b"--b\r\n: 1\r\n"),
        ("blank in a header name", b"--b\r\nA : 1\r\n"),
        ("bare carriage return in a value", b"--b\r\nA: 1\r2\r\n"),
        ("bare carriage return behind headers", b"--b\r\nA: 1\r\n\rx"),
        ("text behind blanks", b"--b\r\n\r\nx\r\n--b y"),
    ];
    for (name, body) in rows {
        check(name, body, None, false);
    }
}

#[test]
fn heads_are_bounded() {
    let line = |size: usize| [b"--b\r\nA:", &*vec![b'x'; size], b"\r\n\r\n"].concat();
    assert!(parse(&line(HEADER_BYTES - 2), 9).0.is_some());
    assert!(parse(&line(HEADER_BYTES - 1), 9).0.is_none());
    let lines = |count: usize| [b"--b\r\n", &*b"A: 1\r\n".repeat(count), b"\r\n"].concat();
    assert!(parse(&lines(HEADERS_COUNT), 9).0.is_some());
    assert!(parse(&lines(HEADERS_COUNT + 1), 9).0.is_none());
    assert!(Parser::new(&[b'b'; BOUNDARY_BYTES]).is_ok());
    assert!(Parser::new(&[b'b'; BOUNDARY_BYTES + 1]).is_err());
}

#[test]
fn plain_dispositions_are_read() {
    type Names<'r> = (&'r str, Option<&'r str>);
    let rows: &[(&[u8], Option<Names<'_>>)] = &[
        (b"form-data; name=\"a\"", Some(("a", None))),
        (b"form-data; name=\"\"", Some(("", None))),
        (
            b"form-data; name=\"a\"; filename=\"b;c=d.txt\"",
            Some(("a", Some("b;c=d.txt"))),
        ),
        (
            b"form-data; filename=\"\"; name=\"caf\xc3\xa9\"",
            Some(("caf\u{e9}", Some(""))),
        ),
        (b"form-data", None),
        (b"form-data; filename=\"a\"", None),
        (b"form-data; name=a", None),
        (b"form-data;name=\"a\"", None),
        (b"form-data; name=\"a\";", None),
        (b"form-data; name=\"a\" ", None),
        (b"form-data; name=\"a", None),
        (b"form-data; name=\"a\"; name=\"b\"", None),
        (b"form-data; name=\"a\\\"b\"", None),
        (b"form-data; name=\"\xff\"", None),
        (b"form-data; name=\"a\"; filename*=utf-8''b", None),
        (b"attachment; name=\"a\"", None),
    ];
    for (value, expected) in rows {
        let read = Disposition::read(value).map(|found| (found.name, found.filename));
        assert_eq!(read, *expected, "{}", String::from_utf8_lossy(value));
    }
}

#[test]
fn plain_boundaries_are_read() {
    let rows: &[(&[u8], Option<&[u8]>)] = &[
        (b"multipart/form-data; boundary=a-B_1.2", Some(b"a-B_1.2")),
        (b"multipart/form-data; boundary=", None),
        (b"multipart/form-data; boundary=\"a\"", None),
        (b"multipart/form-data; boundary=a; charset=utf-8", None),
        (b"multipart/form-data;boundary=a", None),
        (b"Multipart/form-data; boundary=a", None),
        (b"multipart/mixed; boundary=a", None),
        (b"multipart/form-data", None),
    ];
    for (value, expected) in rows {
        let name = String::from_utf8_lossy(value);
        assert_eq!(plain_boundary(value), *expected, "{name}");
    }
}
