//! Encoded text: what is decoded equals a byte-by-byte reading, and encoding it gives it back.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlane_engine::params::percent;

/// Decode by looking at three bytes at every place.
fn slow(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut place = 0;
    while place < text.len() {
        let sequence = text.get(place + 1..place + 3).filter(|digits| {
            text[place] == b'%' && digits.iter().all(|digit| digit.is_ascii_hexdigit())
        });
        let digits = sequence.and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => bytes.push(byte),
            None => bytes.push(text[place]),
        }
        place += if digits.is_some() { 3 } else { 1 };
    }
    bytes
}

fuzz_target!(|input: &[u8]| {
    let expected = String::from_utf8(slow(input))
        .ok()
        .filter(|_| input.is_ascii());
    assert_eq!(percent::decode(input).as_deref(), expected.as_deref());

    let spaced: Vec<u8> = input
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    assert_eq!(percent::decode_query(input), percent::decode(&spaced));

    let encoded: String = input.iter().map(|byte| format!("%{byte:02X}")).collect();
    let whole = std::str::from_utf8(input).ok();
    assert_eq!(percent::decode(encoded.as_bytes()).as_deref(), whole);
});
