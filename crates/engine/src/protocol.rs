//! What the reactor knows of a connection, whatever it speaks.

use std::time::Instant;

/// What is to become of the transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closing {
    /// Nothing: it is in use.
    Open,
    /// Write the output, shut down the write side, then keep calling `receive` until this becomes `Now`.
    ///
    /// Closing at once would let the kernel answer further input with a reset, which can destroy the last answer.
    AfterOutput,
    /// Close it; nothing more is to be written.
    Now,
    /// Close it so that the peer sees a reset (`SO_LINGER` 0): an orderly end would look like a complete answer.
    Reset,
}

/// A connection as a state machine: bytes and time in, bytes and deadlines out.
///
/// After any call the reactor writes `output`, asks `closing` and `wants_input`, and arms a timer for `deadline`.
pub trait Protocol {
    /// Takes bytes read from the transport.
    fn receive(&mut self, input: &[u8], now: Instant);

    /// Where to append what is read next, and at most how much: the way without a copy for a body that is collected
    /// and of which much is due. `received` is to be called then, `receive` otherwise.
    fn bulk_input(&mut self) -> Option<(&mut Vec<u8>, usize)> {
        None
    }

    /// Takes the news that `count` bytes were appended to `bulk_input`.
    fn received(&mut self, _count: usize, _now: Instant) {}

    /// Takes the news that the peer will send no more.
    fn receive_end(&mut self, now: Instant);

    /// Whether the reactor should read on; false means backpressure.
    fn wants_input(&self) -> bool;

    /// Bytes to write now.
    fn output(&self) -> &[u8];

    /// Takes the news that the transport accepted the first `count` bytes of `output`.
    fn output_sent(&mut self, count: usize, now: Instant);

    /// What is to become of the transport.
    fn closing(&self) -> Closing;

    /// When `expire` is to be called at the latest, unless something happens before.
    fn deadline(&self) -> Option<Instant>;

    /// Applies the deadlines that have passed; calling it early does nothing.
    fn expire(&mut self, now: Instant);
}
