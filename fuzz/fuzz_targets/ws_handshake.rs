//! Values of the handshake's headers, separated by NUL: subprotocols, then offers of extensions.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlane_engine::ws::Handshake;

fuzz_target!(|input: &[u8]| {
    let mut values = input.splitn(2, |byte| *byte == 0);
    let (Some(subprotocols), Some(extensions)) = (values.next(), values.next()) else {
        return;
    };
    let headers: [(&[u8], &[u8]); 4] = [
        (b"sec-websocket-version", b"13"),
        (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
        (b"sec-websocket-protocol", subprotocols),
        (b"sec-websocket-extensions", extensions),
    ];
    let Ok(handshake) = Handshake::read(("GET", 1, false), headers.into_iter()) else {
        return;
    };
    assert_eq!(handshake.accept(), b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    for subprotocol in handshake.subprotocols() {
        assert!(
            subprotocol
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b',')
        );
    }
    if let Some(agreement) = handshake.extension() {
        assert!((9..=12).contains(&agreement.server_window_bits));
        assert!(
            agreement
                .client_window_bits
                .is_none_or(|bits| (8..=12).contains(&bits))
        );
        assert!(agreement.header().is_ascii());
    }
});
