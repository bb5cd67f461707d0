//! Sixlane's engine core: bytes in, events and bytes out. No sockets, no clock, no Python.

#![forbid(unsafe_code)]
