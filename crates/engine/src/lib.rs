//! Sixlane's engine core: bytes in, events and bytes out. No sockets, no clock, no Python.

#![forbid(unsafe_code)]

mod deadline;
pub mod error;
pub mod http1;
mod input;
pub mod limits;
mod linger;
pub mod multipart;
mod output;
pub mod params;
pub mod protocol;
pub mod router;
mod scan;
pub mod ws;
