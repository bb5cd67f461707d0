//! A `cookie` header and a name, separated by NUL: the value is that of splitting and trimming.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlane_engine::params::{Lookup, cookie, header};

/// What Python's `str.strip` drops.
fn is_space(character: char) -> bool {
    character.is_whitespace() || ('\x1c'..='\x1f').contains(&character)
}

/// The last value of a name, found the slow way.
fn slow<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let pieces = header
        .split(';')
        .map(|piece| piece.split_once('=').unwrap_or(("", piece)))
        .map(|(name, value)| (name.trim_matches(is_space), value.trim_matches(is_space)));
    let named = pieces.filter(|(known, value)| *known == name && (*known, *value) != ("", ""));
    named.last().map(|(_, value)| value)
}

fuzz_target!(|input: &[u8]| {
    let Some(place) = input.iter().position(|byte| *byte == 0) else {
        return;
    };
    let (header, name) = (&input[..place], &input[place + 1..]);
    let Ok(name) = std::str::from_utf8(name) else {
        return;
    };
    let text = header::latin1(header);
    match (cookie::get(header, name), slow(&text, name)) {
        (Lookup::Missing, expected) => assert_eq!(expected, None),
        (Lookup::Text(value), expected) => assert_eq!(Some(&*value), expected),
        (Lookup::AskPython, Some(value)) => assert!(value.starts_with('"') || !name.is_ascii()),
        (Lookup::AskPython, None) => assert!(!name.is_ascii()),
    }
});
