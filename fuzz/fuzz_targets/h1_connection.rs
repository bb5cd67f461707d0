//! A whole connection: reads, writes, time and an application in any order. The first byte says how long the script is.

#![no_main]

#[path = "../../crates/engine/tests/peer/script.rs"]
mod script;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&length, rest)) = input.split_first() else {
        return;
    };
    let (script, bytes) = rest.split_at(usize::from(length).min(rest.len()));
    script::run(script, bytes);
});
