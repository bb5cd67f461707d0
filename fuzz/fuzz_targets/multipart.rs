//! A body with the boundary "b": the same parts wherever it is cut, and content is never longer than the body.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlane_engine::multipart::{Event, Header, Parser};

/// Parts, whether all was valid, and whether the body was complete.
fn parse(body: &[u8], piece: usize) -> (Vec<(Vec<Header>, Vec<u8>, bool)>, bool, bool) {
    let mut parser = Parser::new(b"b").unwrap();
    let mut parts = Vec::new();
    for piece in body.chunks(piece) {
        let fed = parser.feed(piece, &mut |event| match event {
            Event::Head(headers) => parts.push((headers, Vec::new(), false)),
            Event::Data(content) => {
                assert!(!content.is_empty());
                parts.last_mut().unwrap().1.extend_from_slice(content);
            }
            Event::End => parts.last_mut().unwrap().2 = true,
        });
        if fed.is_err() {
            return (parts, false, false);
        }
    }
    (parts, true, parser.is_complete())
}

fuzz_target!(|input: &[u8]| {
    let Some((piece, body)) = input.split_first() else {
        return;
    };
    let whole = parse(body, body.len().max(1));
    let cut = parse(body, usize::from(*piece).max(1));
    assert_eq!(whole.1, cut.1);
    assert_eq!(whole, cut);
    let content: usize = whole.0.iter().map(|part| part.1.len()).sum();
    assert!(content <= body.len());
});
