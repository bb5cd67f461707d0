//! Bodies of the type `multipart/form-data`, as their bytes come.
//!
//! # Source
//! RFC 2046 section 5.1.1 and RFC 7578, read as python-multipart reads them: lines end with CRLF, a boundary may be
//! followed by blanks, empty lines may stand before the first one, and what follows the last one is dropped.

mod disposition;
mod head;
mod parser;

pub use disposition::{Disposition, plain_boundary};
pub use parser::{Invalid, Parser};

/// What a parser has found, in the order of the body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<'b> {
    /// A part begins; its header lines, names in lower case.
    Head(Vec<Header>),
    /// Some of its content, never empty.
    Data(&'b [u8]),
    /// The part is complete.
    End,
}

/// A header line's name and value.
pub type Header = (Vec<u8>, Vec<u8>);

/// The longest boundary, in bytes. RFC 2046 allows 70; python-multipart takes 256.
pub const BOUNDARY_BYTES: usize = 256;
/// The most header lines of a part; three are defined by RFC 7578.
pub const HEADERS_COUNT: usize = 8;
/// The longest header line of a part, in bytes without its line end.
pub const HEADER_BYTES: usize = 4096 + 128;
