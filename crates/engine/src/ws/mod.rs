//! The WebSocket protocol (RFC 6455) with permessage-deflate (RFC 7692) for a server, as a state machine without I/O.
//!
//! The frame layer is ours and not a crate's: those that keep frames apart from I/O read fourteen bytes of header for us
//! and leave the checks to their caller, and none of the whole implementations has both deflate and no stream of its own.
//! Compression, SHA-1 and Base64 are crates.

mod clocks;
mod close;
mod connection;
mod deflate;
mod extension;
mod frame;
mod handshake;
mod message;
mod receiving;

pub use close::{Close, is_sendable};
pub use connection::WebSocket;
pub use extension::Agreement;
pub use handshake::Handshake;
pub use message::{Kind, Message};
