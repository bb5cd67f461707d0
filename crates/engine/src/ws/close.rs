//! Close codes and reasons (RFC 6455 section 7.4).

/// The longest reason: what a control frame leaves beside the code.
const REASON_BYTES: usize = 123;

/// Codes that tell the application what no close frame may say.
pub(super) const NO_CODE: u16 = 1005;
pub(super) const ABNORMAL: u16 = 1006;

pub(super) const PROTOCOL_ERROR: u16 = 1002;
pub(super) const INVALID_DATA: u16 = 1007;
pub(super) const POLICY: u16 = 1008;
pub(super) const TOO_BIG: u16 = 1009;
pub(super) const INTERNAL_ERROR: u16 = 1011;
pub(super) const RESTART: u16 = 1012;

/// Why a connection ended, as the application is to hear of it.
///
/// It is what the close frame says that ended it, whoever sent that; 1005 where it had no code, 1006 where there was
/// none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    /// The code.
    pub code: u16,
    /// The reason; mostly empty.
    pub reason: String,
}

impl Close {
    pub(super) fn new(code: u16, reason: &str) -> Self {
        Self {
            code,
            reason: reason.to_owned(),
        }
    }
}

/// What a client does wrong, as the close frame tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: u16,
    pub(super) reason: &'static str,
}

impl Fault {
    pub(super) const fn new(code: u16, reason: &'static str) -> Self {
        Self { code, reason }
    }

    pub(super) const fn protocol(reason: &'static str) -> Self {
        Self::new(PROTOCOL_ERROR, reason)
    }
}

/// Whether a close frame may hold this code: one that is registered and not reserved, or a private one.
#[must_use]
pub const fn is_sendable(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

/// The longest beginning of a reason that fits into a close frame.
pub(super) fn fit(reason: &str) -> &str {
    let mut end = REASON_BYTES.min(reason.len());
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    reason.get(..end).unwrap_or_default()
}

/// Reads the payload of a close frame.
pub(super) fn parse(payload: &[u8]) -> Result<Close, Fault> {
    let Some((code, reason)) = payload.split_first_chunk() else {
        return if payload.is_empty() {
            Ok(Close::new(NO_CODE, ""))
        } else {
            Err(Fault::protocol("half a close code"))
        };
    };
    let code = u16::from_be_bytes(*code);
    if !is_sendable(code) {
        return Err(Fault::protocol("a close code that may not be sent"));
    }
    match std::str::from_utf8(reason) {
        Ok(reason) => Ok(Close::new(code, reason)),
        Err(_) => Err(Fault::new(INVALID_DATA, "a close reason that is not UTF-8")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_cut_between_characters() {
        let long = "\u{20ac}".repeat(50);
        assert_eq!(fit(&long).len(), 123);
        let odd = format!("a{long}");
        assert_eq!(fit(&odd).len(), 121);
        assert_eq!(fit("short"), "short");
    }

    #[test]
    fn payloads_are_read() {
        assert_eq!(parse(b""), Ok(Close::new(1005, "")));
        assert_eq!(parse(b"\x03\xe8bye"), Ok(Close::new(1000, "bye")));
        for payload in [
            &b"\x03"[..],
            b"\x00\x00",
            b"\x03\xec",
            b"\x03\xed",
            b"\x03\xee",
            b"\x03\xf7",
            b"\x0b\xb7",
        ] {
            assert_eq!(parse(payload).unwrap_err().code, 1002, "{payload:?}");
        }
        assert_eq!(parse(b"\x03\xe8\xff").unwrap_err().code, 1007);
    }
}
