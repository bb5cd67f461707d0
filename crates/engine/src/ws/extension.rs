//! Which extension is used: permessage-deflate, if the client offers it in a form that can be kept (RFC 7692 section 7).

/// Bits of the windows asked for where the client leaves the choice: a connection then keeps 4 KiB for either direction
/// and not 32, at little loss for messages of usual length. Uvicorn and the Python library `websockets` choose so too.
const WINDOW_BITS: u8 = 12;

/// Fewer bits than this zlib cannot compress with, although the standard allows them.
const LEAST_BITS: u8 = 9;

/// The parameters of permessage-deflate that both sides keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Each message of the server is compressed by itself.
    pub server_no_context_takeover: bool,
    /// Each message of the client is compressed by itself.
    pub client_no_context_takeover: bool,
    /// The server's window as a power of two.
    pub server_window_bits: u8,
    /// The client's, where it lets the server choose.
    pub client_window_bits: Option<u8>,
}

impl Agreement {
    /// The value of `Sec-WebSocket-Extensions` in the answer.
    #[must_use]
    pub fn header(&self) -> String {
        let mut header = String::from("permessage-deflate");
        if self.server_no_context_takeover {
            header.push_str("; server_no_context_takeover");
        }
        if self.client_no_context_takeover {
            header.push_str("; client_no_context_takeover");
        }
        header.push_str(&format!(
            "; server_max_window_bits={}",
            self.server_window_bits
        ));
        if let Some(bits) = self.client_window_bits {
            header.push_str(&format!("; client_max_window_bits={bits}"));
        }
        header
    }
}

/// Takes the first offer that can be kept.
pub(super) fn negotiate<'h>(mut offers: impl Iterator<Item = &'h [u8]>) -> Option<Agreement> {
    offers.find_map(|offer| {
        let mut parts = offer.split(|&byte| byte == b';').map(<[u8]>::trim_ascii);
        if parts.next() != Some(b"permessage-deflate") {
            return None;
        }
        Parameters::read(parts)?.agree()
    })
}

/// The parameters of one offer, none of them twice.
#[derive(Default)]
struct Parameters {
    server_no_context_takeover: bool,
    client_no_context_takeover: bool,
    server_window_bits: Option<u8>,
    /// The inner one is the bound, which may be left out.
    client_window_bits: Option<Option<u8>>,
}

impl Parameters {
    fn read<'h>(parts: impl Iterator<Item = &'h [u8]>) -> Option<Self> {
        let mut parameters = Self::default();
        for part in parts {
            let mut halves = part.splitn(2, |&byte| byte == b'=').map(<[u8]>::trim_ascii);
            let name = halves.next()?;
            parameters.take(name, halves.next())?;
        }
        Some(parameters)
    }

    fn take(&mut self, name: &[u8], value: Option<&[u8]>) -> Option<()> {
        let is_first = match (name, value) {
            (b"server_no_context_takeover", None) => {
                !std::mem::replace(&mut self.server_no_context_takeover, true)
            }
            (b"client_no_context_takeover", None) => {
                !std::mem::replace(&mut self.client_no_context_takeover, true)
            }
            (b"server_max_window_bits", Some(value)) => self
                .server_window_bits
                .replace(parse_bits(value)?)
                .is_none(),
            (b"client_max_window_bits", value) => {
                let bits = match value {
                    Some(value) => Some(parse_bits(value)?),
                    None => None,
                };
                self.client_window_bits.replace(bits).is_none()
            }
            _ => false,
        };
        is_first.then_some(())
    }

    fn agree(&self) -> Option<Agreement> {
        let server_window_bits = self
            .server_window_bits
            .unwrap_or(WINDOW_BITS)
            .min(WINDOW_BITS);
        (server_window_bits >= LEAST_BITS).then_some(Agreement {
            server_no_context_takeover: self.server_no_context_takeover,
            client_no_context_takeover: self.client_no_context_takeover,
            server_window_bits,
            client_window_bits: self
                .client_window_bits
                .map(|bits| bits.unwrap_or(WINDOW_BITS).min(WINDOW_BITS)),
        })
    }
}

/// A number from 8 to 15 without leading zeros; it may stand in quotes.
fn parse_bits(value: &[u8]) -> Option<u8> {
    let unquoted = value
        .strip_prefix(b"\"")
        .and_then(|value| value.strip_suffix(b"\""));
    match unquoted.unwrap_or(value) {
        [digit @ b'8'..=b'9'] => Some(digit - b'0'),
        [b'1', digit @ b'0'..=b'5'] => Some(10 + digit - b'0'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_are_answered_or_declined() {
        let rows: &[(&str, Option<&str>)] = &[
            ("", None),
            ("x-webkit-deflate-frame", None),
            ("permessage-deflate", Some("server_max_window_bits=12")),
            (
                "permessage-deflate; client_max_window_bits",
                Some("server_max_window_bits=12; client_max_window_bits=12"),
            ),
            (
                "permessage-deflate;client_max_window_bits = 10 ; server_max_window_bits=\"9\"",
                Some("server_max_window_bits=9; client_max_window_bits=10"),
            ),
            (
                "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
                Some(
                    "server_no_context_takeover; client_no_context_takeover; server_max_window_bits=12",
                ),
            ),
            ("permessage-deflate; server_max_window_bits", None),
            ("permessage-deflate; server_max_window_bits=8", None),
            ("permessage-deflate; server_max_window_bits=16", None),
            ("permessage-deflate; server_max_window_bits=010", None),
            ("permessage-deflate; client_max_window_bits=7", None),
            ("permessage-deflate; client_max_window_bits=", None),
            ("permessage-deflate; server_no_context_takeover=1", None),
            (
                "permessage-deflate; client_max_window_bits; client_max_window_bits",
                None,
            ),
            ("permessage-deflate; unknown", None),
            ("permessage-deflate;", None),
            (
                "other; a=\"b\", permessage-deflate; unknown, permessage-deflate; server_max_window_bits=15",
                Some("server_max_window_bits=12"),
            ),
        ];
        for (offer, expected) in rows {
            let agreed = negotiate(
                offer
                    .as_bytes()
                    .split(|&byte| byte == b',')
                    .map(<[u8]>::trim_ascii),
            );
            let header = agreed.map(|agreement| agreement.header());
            let expected = expected.map(|expected| format!("permessage-deflate; {expected}"));
            assert_eq!(header, expected, "{offer}");
        }
    }
}
