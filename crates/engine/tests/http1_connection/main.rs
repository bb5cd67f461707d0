//! One HTTP/1 connection from many sides.

mod exchange;
#[path = "../peer/mod.rs"]
mod peer;
