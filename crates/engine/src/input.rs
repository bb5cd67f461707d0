//! The bytes received and not yet done with.

use std::ops::Range;

const KEPT_CAPACITY: usize = 16 * 1024;

/// Room that is made on a peer's word that it will send as much.
const ROOM_ON_CREDIT: usize = 1024 * 1024 + 128 * 1024;

/// A buffer that grows at its end and is consumed at its front; all places count from the front.
#[derive(Debug, Default)]
pub(crate) struct Input {
    bytes: Vec<u8>,
    start: usize,
}

impl Input {
    #[inline]
    pub(crate) fn filled(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn filled_mut(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.start..).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.start
    }

    /// Appends what was read. Consumed bytes are given up once they are the larger part, so that each byte moves
    /// a bounded number of times however many requests one read holds.
    #[inline]
    pub(crate) fn append(&mut self, input: &[u8]) {
        self.give_up_consumed();
        self.bytes.extend_from_slice(input);
    }

    #[inline]
    fn give_up_consumed(&mut self) {
        if self.start > self.bytes.len() / 2 {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
    }

    /// The buffer, to append up to `due` bytes to, with room for them or for a good part of them.
    pub(crate) fn make_room(&mut self, due: usize) -> &mut Vec<u8> {
        self.give_up_consumed();
        self.bytes.reserve(due.min(ROOM_ON_CREDIT));
        &mut self.bytes
    }

    /// Gives up the first `count` bytes.
    #[inline]
    pub(crate) fn consume(&mut self, count: usize) {
        self.start = (self.start + count).min(self.bytes.len());
        if self.start == self.bytes.len() {
            self.bytes.clear();
            self.start = 0;
            self.bytes.shrink_to(KEPT_CAPACITY);
        }
    }

    /// Gives up what follows the first `length` bytes.
    pub(crate) fn truncate(&mut self, length: usize) {
        self.bytes.truncate(self.start + length);
    }

    /// Takes a range out.
    pub(crate) fn remove(&mut self, range: Range<usize>) -> Vec<u8> {
        self.bytes
            .drain(self.start + range.start..self.start + range.end)
            .collect()
    }

    /// Copies `range` down to `to`.
    pub(crate) fn move_down(&mut self, range: Range<usize>, to: usize) {
        self.filled_mut().copy_within(range, to);
    }

    /// Gives all memory back.
    pub(crate) fn release(&mut self) {
        *self = Self::default();
    }
}
