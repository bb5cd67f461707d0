//! Sixlane's engine core: bytes in, events and bytes out. No sockets, no clock, no Python.

#![forbid(unsafe_code)]

pub mod error;
pub mod http1;
pub mod limits;
pub mod params;
pub mod protocol;
pub mod router;
mod scan;
