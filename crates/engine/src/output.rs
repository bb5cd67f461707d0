//! The bytes to be sent.

const KEPT_CAPACITY: usize = 16 * 1024;

/// A buffer that is written at its end and sent from its front.
#[derive(Debug, Default)]
pub(crate) struct Output {
    bytes: Vec<u8>,
    sent: usize,
}

impl Output {
    #[inline]
    pub(crate) fn unsent(&self) -> &[u8] {
        self.bytes.get(self.sent..).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() - self.sent
    }

    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline]
    pub(crate) fn reserve(&mut self, count: usize) {
        self.bytes.reserve(count);
    }

    #[inline]
    pub(crate) fn append(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(crate) fn append_decimal(&mut self, number: u64) {
        self.append(itoa::Buffer::new().format(number).as_bytes());
    }

    pub(crate) fn append_hexadecimal(&mut self, number: usize) {
        let digits = (usize::BITS - number.leading_zeros()).div_ceil(4).max(1);
        for digit in (0..digits).rev() {
            self.bytes
                .push(b"0123456789abcdef"[(number >> (4 * digit)) & 0xf]);
        }
    }

    /// Gives up the first `count` unsent bytes. Sent bytes leave the buffer once they are the larger part.
    #[inline]
    pub(crate) fn mark_sent(&mut self, count: usize) {
        self.sent = (self.sent + count).min(self.bytes.len());
        if self.sent == self.bytes.len() {
            self.clear();
        } else if self.sent > KEPT_CAPACITY && self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
    }

    /// Gives up everything, and memory beyond what an ordinary answer takes.
    #[inline]
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.sent = 0;
        self.bytes.shrink_to(KEPT_CAPACITY);
    }
}
