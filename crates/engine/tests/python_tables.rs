//! What the engine makes of paths, queries, cookies and numbers beside what Python makes of them.
//! `data/regenerate.py` writes the tables and says what stands in their columns.

use std::borrow::Cow;
use std::fs;

use sixlane_engine::params::{Lookup, coerce, cookie, percent, query};
use sixlane_engine::router::{Found, ParamRanges, RouteSpec, Router};

/// What Python puts in the place of bytes that are not UTF-8.
const REPLACEMENT: char = '\u{fffd}';

fn rows(table: &str) -> Vec<Vec<Vec<u8>>> {
    let file = format!("{}/tests/data/{table}", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&file).expect("the table lies beside the tests");
    let rows: Vec<_> = text.lines().map(fields).collect();
    assert!(rows.len() > 100, "{table} is cut off");
    rows
}

fn fields(line: &str) -> Vec<Vec<u8>> {
    line.split('\t').map(unescaped).collect()
}

fn unescaped(field: &str) -> Vec<u8> {
    if field == r"\e" {
        return Vec::new();
    }
    let mut pieces = field.split('\\');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (code, rest) = piece.split_at(3);
        bytes.push(u8::from_str_radix(&code[1..], 16).expect("two hexadecimal digits"));
        bytes.extend(rest.bytes());
    }
    bytes
}

fn text(field: &[u8]) -> &str {
    std::str::from_utf8(field).expect("texts are UTF-8")
}

/// Names and values after the first column.
fn pairs(row: &[Vec<u8>]) -> Vec<(&str, &str)> {
    row[1..]
        .chunks(2)
        .map(|pair| (text(&pair[0]), text(&pair[1])))
        .collect()
}

/// Equal to Python's answer, or left to Python for a reason.
fn assert_decoded(decoded: Option<Cow<'_, str>>, raw: &[u8], expected: &str) {
    match decoded {
        Some(decoded) => assert_eq!(decoded, expected, "{raw:?}"),
        None => assert!(!raw.is_ascii() || expected.contains(REPLACEMENT), "{raw:?}"),
    }
}

#[test]
fn percent_encoding_is_undone_as_by_unquote() {
    for row in rows("percent.tsv") {
        assert_decoded(percent::decode(&row[0]), &row[0], text(&row[1]));
    }
}

#[test]
fn queries_are_read_as_by_parse_qsl() {
    for row in rows("query.tsv") {
        let expected = pairs(&row);
        let found: Vec<_> = query::pairs(&row[0]).collect();
        assert_eq!(found.len(), expected.len(), "{row:?}");
        for (pair, (name, value)) in found.iter().zip(&expected) {
            assert_decoded(pair.name(), pair.raw_name, name);
            assert_decoded(pair.value(), pair.raw_value, value);
        }
        for (name, _) in &expected {
            assert_named(&row[0], name, &expected);
        }
        assert_named(&row[0], "absent", &expected);
    }
}

fn assert_named(query: &[u8], name: &str, expected: &[(&str, &str)]) {
    let named = expected.iter().filter(|(known, _)| *known == name);
    let values: Vec<&str> = named.map(|(_, value)| *value).collect();
    let all: Vec<_> = query::all(query, name).collect();
    if let Some(decoded) = all.iter().cloned().collect::<Option<Vec<_>>>() {
        assert_eq!(decoded, values, "{query:?} {name:?}");
    }
    match query::last(query, name) {
        Lookup::Missing => assert!(values.is_empty(), "{query:?} {name:?}"),
        Lookup::Text(value) => assert_eq!(Some(&&*value), values.last(), "{query:?} {name:?}"),
        Lookup::AskPython => assert!(all.contains(&None), "{query:?} {name:?}"),
    }
}

#[test]
fn cookies_are_read_as_by_cookie_parser() {
    for row in rows("cookie.tsv") {
        let header = &row[0];
        for (name, value) in pairs(&row) {
            match cookie::get(header, name) {
                Lookup::Missing => panic!("{name:?} is in {header:?}"),
                Lookup::Text(found) => assert_eq!(found, value, "{header:?} {name:?}"),
                Lookup::AskPython => {
                    assert!(!name.is_ascii() || header.contains(&b'"'), "{header:?}");
                }
            }
        }
        assert_eq!(cookie::get(header, "absent"), Lookup::Missing, "{header:?}");
    }
}

#[test]
fn paths_are_matched_as_by_compile_path() {
    let mut params = ParamRanges::default();
    for row in rows("path.tsv") {
        let spec = RouteSpec {
            pattern: text(&row[0]).to_owned(),
            ..RouteSpec::default()
        };
        let router = Router::build(&[spec]).expect("the patterns are good");
        let found = router.find(&row[1], "GET", 0, &mut params) == Found::Route(0);
        assert_eq!(found, row[2] == b"yes", "{row:?}");
        let ranges = params.as_slice().iter();
        let texts: Vec<_> = ranges.map(|(start, end)| &row[1][*start..*end]).collect();
        assert_eq!(texts, row[3..], "{row:?}");
    }
}

#[test]
fn values_are_coerced_as_by_pydantic() {
    for row in rows("coerce.tsv") {
        let (kind, value, expected) = (text(&row[0]), text(&row[1]), text(&row[2]));
        match kind {
            "int" => assert_answer(coerce::int(value), expected.parse().ok(), value),
            "float" => assert_answer(coerce::float(value), expected.parse().ok(), value),
            "bool" => {
                let expected = expected.to_lowercase().parse().ok();
                assert_eq!(coerce::boolean(value), expected, "{value:?}");
            }
            other => panic!("no column holds {other}"),
        }
    }
}

/// Equal to Pydantic's answer, or left to it.
fn assert_answer<T: PartialEq + std::fmt::Debug>(found: Option<T>, python: Option<T>, value: &str) {
    if found.is_some() {
        assert_eq!(found, python, "{value:?}");
    }
}
