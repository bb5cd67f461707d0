//! D: Transfer-Encoding.

use super::{Vector, post, two};

const BODY: &str = "5\r\nhello\r\n0\r\n\r\n";

fn coding(id: &'static str, value: &str, outcome: &'static str) -> Vector {
    post(id, &format!("Transfer-Encoding: {value}"), BODY, outcome)
}

pub(crate) fn vectors() -> Vec<Vector> {
    let mut vectors = codings();
    vectors.extend(combinations());
    vectors
}

fn codings() -> Vec<Vector> {
    vec![
        coding("D01 chunked", "chunked", "A5"),
        coding("D05 chunked, chunked", "chunked, chunked", "400"),
        coding("D06 identity", "identity", "400"),
        coding("D08 identity, chunked", "identity, chunked", "501"),
        coding("D09 gzip", "gzip", "400"),
        coding("D10 gzip, chunked", "gzip, chunked", "501"),
        coding("D11 chunked, gzip", "chunked, gzip", "400"),
        coding("D12 xchunked", "xchunked", "400"),
        coding("D14 Chunked", "Chunked", "A5"),
        coding("D15 parameter", "chunked;q=1", "400"),
        coding("D16 comma before", ",chunked", "400"),
        coding("D17 comma after", "chunked,", "400"),
        coding("D18 quoted", "\"chunked\"", "400"),
        coding("D19 vertical tab before", "\x0bchunked", "400"),
        coding("D20 vertical tab after", "chunked\x0b", "400"),
        coding("D21 NUL before", "\0chunked", "400"),
        coding("D29 empty", "", "400"),
    ]
}

fn combinations() -> Vec<Vector> {
    let around = b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: \xffchunked\xff\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let old = format!("POST /1 HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{BODY}");
    let get = format!("GET /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n{BODY}");
    vec![
        post(
            "D02 length, then chunked",
            "Content-Length: 4\r\nTransfer-Encoding: chunked",
            BODY,
            "400",
        ),
        post(
            "D03 chunked, then length",
            "Transfer-Encoding: chunked\r\nContent-Length: 4",
            BODY,
            "400",
        ),
        post(
            "D04 chunked twice",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            BODY,
            "400",
        ),
        post(
            "D07 identity and length",
            "Transfer-Encoding: identity\r\nContent-Length: 5",
            "hello",
            "400",
        ),
        post(
            "D13 xchunked and length",
            "Transfer-Encoding: xchunked\r\nContent-Length: 5",
            "hello",
            "400",
        ),
        two("D22 0xFF around", around, "400"),
        post("D23 folded", "Transfer-Encoding:\r\n chunked", BODY, "400"),
        post(
            "D24 behind a bare LF",
            "X: y\nTransfer-Encoding: chunked",
            BODY,
            "400",
        ),
        post(
            "D25 behind a bare CR",
            "X: y\rTransfer-Encoding: chunked",
            BODY,
            "400",
        ),
        post(
            "D26 chunked, then x",
            "Transfer-Encoding: chunked\r\nTransfer-encoding: x",
            BODY,
            "400",
        ),
        post(
            "D27 Transfer_Encoding",
            "Transfer_Encoding: chunked",
            "",
            "A",
        ),
        two("D28 in HTTP/1.0", old, "400"),
        post(
            "D30 with an empty length",
            "Transfer-Encoding: chunked\r\nContent-Length: ",
            BODY,
            "400",
        ),
        two("D31 on GET", get, "A5"),
    ]
}
