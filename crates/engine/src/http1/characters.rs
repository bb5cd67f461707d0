//! Which bytes may stand where (RFC 9110 section 5.6, RFC 3986).

/// Maps a token byte to its lower-case form, and any other byte to 0.
pub(super) static TOKEN_LOWER: [u8; 256] = token_lower();

const fn token_lower() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0u8;
    while byte < 128 {
        let allowed = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'!' | b'#'
                    | b'$'
                    | b'%'
                    | b'&'
                    | b'\''
                    | b'*'
                    | b'+'
                    | b'-'
                    | b'.'
                    | b'^'
                    | b'_'
                    | b'`'
                    | b'|'
                    | b'~'
            );
        if allowed {
            table[byte as usize] = byte.to_ascii_lowercase();
        }
        byte += 1;
    }
    table
}

/// Whether the byte may stand in a method or a header name.
#[inline]
pub(super) fn is_token(byte: u8) -> bool {
    TOKEN_LOWER[usize::from(byte)] != 0
}

/// Whether every byte may stand in a header value: no control character but the tab.
///
/// Written without a branch per byte, so that it is compiled to vector instructions.
#[inline]
pub(super) fn is_field_value(value: &[u8]) -> bool {
    let bad = value.iter().fold(false, |bad, &byte| {
        bad | (byte < 0x20 && byte != b'\t') | (byte == 0x7f)
    });
    !bad
}

/// Whether the byte may stand in a request target: visible ASCII. Space ends it.
#[inline]
pub(super) const fn is_target(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e)
}

/// The value without spaces and tabs around it.
#[inline]
pub(super) fn trim_whitespace(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}
