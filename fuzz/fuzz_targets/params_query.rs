//! A query and a name, separated by NUL: the pairs are those of splitting and replacing text.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlane_engine::params::{Lookup, percent, query};

/// Names and values, split the slow way.
fn split(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .map(|(name, value)| (name.replace('+', " "), value.replace('+', " ")))
        .collect()
}

fn decoded(text: &str) -> Option<String> {
    percent::decode(text.as_bytes()).map(|text| text.into_owned())
}

fuzz_target!(|input: &str| {
    let Some((text, name)) = input.split_once('\0') else {
        return;
    };
    let found: Vec<_> = query::pairs(text.as_bytes())
        .map(|pair| (pair.name(), pair.value()))
        .collect();
    let expected = split(text);
    assert_eq!(found.len(), expected.len());
    for ((name, value), (raw_name, raw_value)) in found.iter().zip(&expected) {
        assert_eq!(name.as_deref(), decoded(raw_name).as_deref());
        assert_eq!(value.as_deref(), decoded(raw_value).as_deref());
    }

    let values: Vec<_> = query::all(text.as_bytes(), name).collect();
    match query::last(text.as_bytes(), name) {
        Lookup::Missing => assert!(values.is_empty()),
        Lookup::Text(value) => assert_eq!(values.last(), Some(&Some(value))),
        Lookup::AskPython => assert!(values.contains(&None)),
    }
    if name.is_ascii() {
        let named = expected
            .iter()
            .filter(|(raw, _)| decoded(raw).as_deref() == Some(name));
        assert_eq!(named.count(), values.len());
    }
});
