//! Requests that separate a strict server from a lenient one, and the outcome each must have.
//!
//! They stand in `data/http1_vectors.tsv`, which also says how they are written; `tests/wire` of the repository sends
//! the same ones over sockets.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::fs;

const SECOND: &[u8] = b"GET /2 HTTP/1.1\r\nHost: x\r\n\r\n";

/// What the client does, and what must come of it.
pub(crate) struct Vector {
    /// Identifier and description.
    pub(crate) id: String,
    pub(crate) input: Vec<u8>,
    /// The client ends its side after the input.
    pub(crate) ends: bool,
    pub(crate) outcome: String,
}

/// All vectors, in the order of their identifiers.
pub(crate) fn all() -> Vec<Vector> {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/http1_vectors.tsv");
    let table = fs::read_to_string(file).expect("the table lies beside the tests");
    table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(parse)
        .collect()
}

fn parse(line: &str) -> Vector {
    let columns: Vec<_> = line.split('\t').collect();
    let [identifier, outcome, what, sent] = columns.try_into().expect("four columns");
    let mut vector = Vector {
        id: format!("{identifier} {what}"),
        input: Vec::new(),
        ends: false,
        outcome: outcome.to_owned(),
    };
    let mut rest = sent;
    while let Some((before, marked)) = rest.split_once('{') {
        vector.input.extend(unescaped(before));
        let (mark, after) = marked.split_once('}').expect("a mark ends");
        vector.apply(mark);
        rest = after;
    }
    vector.input.extend(unescaped(rest));
    vector
}

impl Vector {
    fn apply(&mut self, mark: &str) {
        match mark {
            "second" => self.input.extend_from_slice(SECOND),
            "end" => self.ends = true,
            // `cuts_do_not_matter` does that with all vectors.
            "bytewise" => {}
            _ => {
                let (count, piece) = mark.split_once('*').expect("a repetition");
                let count = count.parse().expect("a count");
                self.input.extend(unescaped(piece).repeat(count));
            }
        }
    }
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next() {
            Some(b'r') => b'\r',
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'\\') => b'\\',
            other => {
                assert_eq!(other, Some(b'x'), "an escape in {text}");
                let digits: String = rest.by_ref().take(2).map(char::from).collect();
                u8::from_str_radix(&digits, 16).expect("two hexadecimal digits")
            }
        });
    }
    bytes
}
