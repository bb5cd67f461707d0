//! C: Content-Length and bodies.

use super::{SECOND, Vector, post, raw, two};

pub(crate) fn vectors() -> Vec<Vector> {
    let mut vectors = lengths();
    vectors.extend(bodies());
    vectors.extend(ends());
    vectors
}

fn length(id: &'static str, value: &str, outcome: &'static str) -> Vector {
    post(id, &format!("Content-Length: {value}"), "hello", outcome)
}

fn lengths() -> Vec<Vector> {
    vec![
        length("C01 5", "5", "A5"),
        post("C02 0", "Content-Length: 0", "", "A"),
        length("C03 005", "005", "A5"),
        length("C04 +5", "+5", "400"),
        length("C05 -5", "-5", "400"),
        length("C06 0x5", "0x5", "400"),
        length("C07 5_0", "5_0", "400"),
        length("C08 empty", "", "400"),
        length("C09 5, 5", "5, 5", "400"),
        length("C10 5, 6", "5, 6", "400"),
        length("C11 twice equal", "5\r\nContent-Length: 5", "400"),
        length("C12 twice different", "5\r\nContent-Length: 6", "400"),
        length("C13 5;", "5;", "400"),
        length("C14 space after", "5 ", "A5"),
        length("C15 2^64 + 5", "18446744073709551621", "400"),
        length("C16 2^63", "9223372036854775808", "400"),
        length("C17 vertical tab before", "\x0b5", "400"),
        length("C18 full-width digit", "\u{ff15}", "400"),
        length("C19 5 5", "5 5", "400"),
        raw(
            "C32 10^15",
            "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000000000\r\n\r\n",
            "413",
        ),
    ]
}

fn with_body(line: &str) -> String {
    format!("{line} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
}

/// C29, an early answer to a large body, is in `http1_linger.rs`.
fn bodies() -> Vec<Vector> {
    let large = "Content-Length: 2000000";
    vec![
        two(
            "C20 no length",
            "POST /1 HTTP/1.1\r\nHost: x\r\n\r\nhello ",
            "A then 400",
        ),
        two("C21 three bytes more", with_body("POST /1") + "XYZ", "A5"),
        two("C22 GET with a body", with_body("GET /1"), "A5"),
        two("C23 HEAD with a body", with_body("HEAD /1"), "A5"),
        post("C31 2 MB", large, b"b".repeat(2_000_000), "A2000000"),
        two("C27 byte by byte", with_body("POST /1"), "A5"),
        two("C28 byte by byte", with_body("POST /1"), "A5"),
    ]
}

/// C30, twenty requests at once, is in `http1_exchange.rs`.
fn ends() -> Vec<Vector> {
    let ended = |vector: Vector| Vector {
        ends: true,
        ..vector
    };
    let short = "POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhel";
    vec![
        ended(raw("C24 short body, then the end", short, "400")),
        ended(raw("C25 request, then the end", SECOND, "200()-close")),
        ended(raw(
            "C26 half a head, then the end",
            "GET /1 HTTP/1.1\r\nHos",
            "drop",
        )),
    ]
}
