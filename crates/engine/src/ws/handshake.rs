//! The opening handshake (RFC 6455 section 4.2): what the request asks for, and the proof that it was understood.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha1_smol::Sha1;

use super::extension::{Agreement, negotiate};
use crate::error::ErrorKind;

/// RFC 6455 section 1.3.
const KEY_SUFFIX: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

const ACCEPT_LENGTH: usize = 28; // 20 bytes in Base64

/// A valid request to go on in the WebSocket protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    accept: [u8; ACCEPT_LENGTH],
    subprotocols: Vec<String>,
    extension: Option<Agreement>,
}

impl Handshake {
    /// Checks a request; names of headers are in lower case, values without surrounding white space.
    ///
    /// # Errors
    /// Anything but a GET of HTTP/1.1 without a body, a version other than 13, and headers that are missing, doubled or
    /// broken. An extension that is not known, or is offered wrongly, is not used.
    pub fn read<'h>(
        (method, version_minor, has_body): (&str, u8, bool),
        headers: impl Iterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Result<Self, ErrorKind> {
        if method != "GET" || version_minor == 0 || has_body {
            return Err(ErrorKind::BadRequest(
                "a WebSocket handshake is a GET of HTTP/1.1 without a body",
            ));
        }
        let mut facts = Facts::default();
        for (name, value) in headers {
            facts.note(name, value)?;
        }
        if facts.version != Some(b"13") {
            return Err(ErrorKind::UpgradeRequired);
        }
        let key = facts
            .key
            .filter(|key| is_key(key))
            .ok_or(ErrorKind::BadRequest(
                "Sec-WebSocket-Key is not 16 bytes in Base64",
            ))?;
        Ok(Self {
            accept: accept(key),
            subprotocols: facts.subprotocols,
            extension: negotiate(
                facts
                    .extensions
                    .split(|&byte| byte == b',')
                    .map(<[u8]>::trim_ascii),
            ),
        })
    }

    /// The subprotocols that the client speaks, those it likes best first.
    #[must_use]
    pub fn subprotocols(&self) -> &[String] {
        &self.subprotocols
    }

    /// The extension that is used, if any.
    #[must_use]
    pub const fn extension(&self) -> Option<Agreement> {
        self.extension
    }

    /// The value of `Sec-WebSocket-Accept`.
    #[must_use]
    pub const fn accept(&self) -> &[u8] {
        &self.accept
    }
}

#[derive(Default)]
struct Facts<'h> {
    version: Option<&'h [u8]>,
    key: Option<&'h [u8]>,
    subprotocols: Vec<String>,
    extensions: Vec<u8>,
}

impl<'h> Facts<'h> {
    fn note(&mut self, name: &[u8], value: &'h [u8]) -> Result<(), ErrorKind> {
        match name {
            b"sec-websocket-version" => {
                self.version = self.version.map_or(Some(value), |_| Some(b""))
            }
            b"sec-websocket-key" => self.key = self.key.map_or(Some(value), |_| Some(b"")),
            b"sec-websocket-protocol" => {
                for subprotocol in list(value) {
                    self.subprotocols
                        .push(token(subprotocol).ok_or(ErrorKind::BadRequest(
                            "Sec-WebSocket-Protocol is not a list of tokens",
                        ))?);
                }
            }
            b"sec-websocket-extensions" => {
                self.extensions.push(b',');
                self.extensions.extend_from_slice(value);
            }
            _ => {}
        }
        Ok(())
    }
}

/// The elements of a header that is a list; empty ones count for nothing (RFC 9110 section 5.6.1).
fn list(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let elements = value.split(|&byte| byte == b',').map(<[u8]>::trim_ascii);
    elements.filter(|element| !element.is_empty())
}

fn token(text: &[u8]) -> Option<String> {
    let is_token = |byte: &u8| byte.is_ascii_graphic() && !br#""(),/:;<=>?@[\]{}"#.contains(byte);
    let text = std::str::from_utf8(text).ok()?;
    text.as_bytes()
        .iter()
        .all(is_token)
        .then(|| text.to_owned())
}

fn is_key(key: &[u8]) -> bool {
    let mut decoded = [0; 18]; // what 24 characters can come to
    key.len() == 24 && STANDARD.decode_slice(key, &mut decoded) == Ok(16)
}

fn accept(key: &[u8]) -> [u8; ACCEPT_LENGTH] {
    let mut hash = Sha1::new();
    hash.update(key);
    hash.update(KEY_SUFFIX);
    let mut accept = [0; ACCEPT_LENGTH];
    let written = STANDARD.encode_slice(hash.digest().bytes(), &mut accept);
    debug_assert_eq!(written, Ok(ACCEPT_LENGTH));
    accept
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: (&str, &str) = ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    const VERSION: (&str, &str) = ("sec-websocket-version", "13");

    fn read(headers: &[(&str, &str)]) -> Result<Handshake, ErrorKind> {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        Handshake::read(("GET", 1, false), headers)
    }

    #[test]
    fn the_example_of_the_standard_is_answered_as_there() {
        let handshake = read(&[KEY, VERSION]).unwrap();
        assert_eq!(handshake.accept(), b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
        assert_eq!(handshake.extension(), None);
    }

    #[test]
    fn subprotocols_keep_their_order() {
        let one = ("sec-websocket-protocol", "chat, , v2.soap");
        let other = ("sec-websocket-protocol", "graphql-ws");
        let handshake = read(&[one, KEY, VERSION, other]).unwrap();
        assert_eq!(handshake.subprotocols(), ["chat", "v2.soap", "graphql-ws"]);
    }

    #[test]
    fn broken_handshakes_are_refused() {
        let key = |value| ("sec-websocket-key", value);
        let version = |value| ("sec-websocket-version", value);
        let subprotocol = |value| ("sec-websocket-protocol", value);
        let rows: &[(&[(&str, &str)], u16)] = &[
            (&[VERSION], 400),
            (&[VERSION, key("")], 400),
            (&[VERSION, key("c2hvcnQ=")], 400),
            (&[VERSION, key("dGhlIHNhbXBsZSBub25jZSE=")], 400),
            (&[VERSION, key("dGhlIHNhbXBsZSBub25jZR==")], 400),
            (&[VERSION, key("dGhlIHNhbXBsZSBub25jZQ")], 400),
            (&[VERSION, KEY, KEY], 400),
            (&[KEY], 426),
            (&[KEY, version("8")], 426),
            (&[KEY, version("013")], 426),
            (&[KEY, VERSION, VERSION], 426),
            (&[KEY, VERSION, subprotocol("\u{e9}")], 400),
            (&[KEY, VERSION, subprotocol("a b")], 400),
            (&[KEY, VERSION, subprotocol("a\"")], 400),
        ];
        for (headers, status) in rows {
            assert_eq!(read(headers).unwrap_err().status(), *status, "{headers:?}");
        }
    }

    #[test]
    fn only_a_get_of_http_1_1_without_a_body_upgrades() {
        let headers = [KEY, VERSION].map(|(name, value)| (name.as_bytes(), value.as_bytes()));
        for request in [("POST", 1, false), ("GET", 0, false), ("GET", 1, true)] {
            let refused = Handshake::read(request, headers.into_iter()).unwrap_err();
            assert_eq!(refused.status(), 400);
        }
    }
}
