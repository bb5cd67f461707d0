//! HTTP/1.1 and HTTP/1.0 for a server, as a state machine without I/O.
//!
//! Strict where RFC 9112 leaves a choice: whatever two parties could read differently is refused.

mod body;
mod characters;
mod chunked;
mod connection;
mod date;
mod ending;
mod framing;
mod head;
mod head_parser;
mod host;
mod line;
mod receiving;
mod reply;
mod request_line;
mod responding;
mod timing;
mod trailers;

pub use chunked::{ChunkedDecoder, Piece};
pub use connection::{Connection, Event};
pub use date::Date;
pub use framing::Framing;
pub use head::{Head, Headers};
pub use reply::ReplyError;
pub use responding::Upgraded;
pub use trailers::Trailers;
