//! Compression of messages (RFC 7692 section 7.2).

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use super::close::{Fault, PROTOCOL_ERROR, TOO_BIG};
use super::extension::Agreement;

/// Messages shorter than this are sent as they are: they hardly shrink.
const LEAST_BYTES: usize = 64;

/// What ends every flush; it is not sent.
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];

/// Output taken at once: a bomb is noticed after this much beyond its limit.
const STEP: usize = 16 * 1024;

/// A window zlib can have, for one the standard allows.
const LEAST_BITS: u8 = 9;

/// Compresses the server's messages. Memory, some 200 KiB, is taken with the first that is, and given back when there
/// are none for a while: the client does not notice, as messages then only refer to nothing older.
#[derive(Debug)]
pub(super) struct Deflater {
    agreement: Agreement,
    state: Option<Compress>,
    /// A message was compressed since the last `rest`.
    used: bool,
}

impl Deflater {
    pub(super) const fn new(agreement: Agreement) -> Self {
        Self {
            agreement,
            state: None,
            used: false,
        }
    }

    /// Gives the memory back unless it was used since the last call.
    pub(super) fn rest(&mut self) {
        if !std::mem::take(&mut self.used) {
            self.state = None;
        }
    }

    /// The compressed payload; None where the message is better sent as it is.
    pub(super) fn deflate(&mut self, message: &[u8]) -> Option<Vec<u8>> {
        if message.len() < LEAST_BYTES {
            return None;
        }
        self.used = true;
        let bits = self.agreement.server_window_bits;
        let state = self.state.get_or_insert_with(|| {
            Compress::new_with_window_bits(Compression::new(6), false, bits)
        });
        let begun = state.total_in();
        let mut payload = Vec::with_capacity(message.len() / 2 + LEAST_BYTES);
        loop {
            let done = usize::try_from(state.total_in() - begun).unwrap_or(usize::MAX);
            let rest = message.get(done..).unwrap_or_default();
            state
                .compress_vec(rest, &mut payload, FlushCompress::Sync)
                .ok()?;
            // Room left over says that all of it is out.
            if payload.len() < payload.capacity() {
                break;
            }
            payload.reserve(STEP);
        }
        if self.agreement.server_no_context_takeover {
            state.reset();
        }
        payload.truncate(payload.len().checked_sub(TAIL.len())?);
        Some(payload)
    }
}

/// Inflates the client's messages. Memory is taken with the first that is compressed.
#[derive(Debug)]
pub(super) struct Inflater {
    agreement: Agreement,
    state: Option<Decompress>,
}

impl Inflater {
    pub(super) const fn new(agreement: Agreement) -> Self {
        Self {
            agreement,
            state: None,
        }
    }

    /// Inflates a part of a message onto its end, which stays within `limit` bytes.
    pub(super) fn inflate(
        &mut self,
        part: &[u8],
        message: &mut Vec<u8>,
        limit: usize,
    ) -> Result<(), Fault> {
        let bits = self
            .agreement
            .client_window_bits
            .unwrap_or(15)
            .max(LEAST_BITS);
        let state = self
            .state
            .get_or_insert_with(|| Decompress::new_with_window_bits(false, bits));
        let mut rest = part;
        loop {
            message.reserve(STEP.min(limit.saturating_sub(message.len())) + 1);
            let begun = state.total_in();
            let status = state
                .decompress_vec(rest, message, FlushDecompress::Sync)
                .map_err(|_| Fault::new(PROTOCOL_ERROR, "compressed data that is broken"))?;
            if message.len() > limit {
                return Err(Fault::new(TOO_BIG, "a message that is too big"));
            }
            let taken = usize::try_from(state.total_in() - begun).unwrap_or(usize::MAX);
            rest = rest.get(taken..).unwrap_or_default();
            if status == Status::StreamEnd {
                // A last block ends the client's compressor, not the message.
                state.reset(false);
            }
            if rest.is_empty() && message.len() < message.capacity() {
                return Ok(());
            }
            if status == Status::BufError && taken == 0 && message.len() < message.capacity() {
                return Err(Fault::new(PROTOCOL_ERROR, "compressed data that is broken"));
            }
        }
    }

    /// Ends a message.
    pub(super) fn finish(&mut self, message: &mut Vec<u8>, limit: usize) -> Result<(), Fault> {
        self.inflate(&TAIL, message, limit)?;
        if self.agreement.client_no_context_takeover
            && let Some(state) = &mut self.state
        {
            state.reset(false);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agreement(no_context_takeover: bool, bits: u8) -> Agreement {
        Agreement {
            server_no_context_takeover: no_context_takeover,
            client_no_context_takeover: no_context_takeover,
            server_window_bits: bits,
            client_window_bits: Some(bits),
        }
    }

    fn messages() -> Vec<Vec<u8>> {
        let mut noise = 1u32;
        let mut byte = || {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (noise >> 24) as u8
        };
        let mut messages =
            vec![b"the same again and again, the same again and again, again".repeat(3); 3];
        messages.push((0..100_000).map(|_| byte()).collect());
        messages.push(vec![0; 300_000]);
        messages
    }

    #[test]
    fn messages_come_through() {
        for (no_context_takeover, bits) in [(false, 12), (true, 12), (false, 9), (false, 15)] {
            let agreement = agreement(no_context_takeover, bits);
            let (mut deflater, mut inflater) = (Deflater::new(agreement), Inflater::new(agreement));
            let mut sizes = Vec::new();
            for message in messages() {
                let payload = deflater.deflate(&message).unwrap();
                sizes.push(payload.len());
                let mut inflated = Vec::new();
                for part in payload.chunks(1000) {
                    inflater
                        .inflate(part, &mut inflated, message.len())
                        .unwrap();
                }
                inflater.finish(&mut inflated, message.len()).unwrap();
                assert!(inflated == message, "{no_context_takeover} {bits}");
            }
            assert_eq!(sizes[1] == sizes[0], no_context_takeover);
            assert!(sizes[4] < 1000);
        }
    }

    #[test]
    fn a_rest_is_not_noticed() {
        let agreement = agreement(false, 12);
        let (mut deflater, mut inflater) = (Deflater::new(agreement), Inflater::new(agreement));
        for message in messages().iter().take(3) {
            let mut inflated = Vec::new();
            let payload = deflater.deflate(message).unwrap();
            inflater.inflate(&payload, &mut inflated, 1000).unwrap();
            inflater.finish(&mut inflated, 1000).unwrap();
            assert_eq!(inflated, *message);
            deflater.rest();
            assert!(deflater.state.is_some());
            deflater.rest();
            assert!(deflater.state.is_none());
        }
    }

    #[test]
    fn the_examples_of_the_standard_are_understood() {
        let examples: [&[u8]; 4] = [
            &[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00],
            &[0xf2, 0x00, 0x11, 0x00, 0x00],
            &[
                0x00, 0x05, 0x00, 0xfa, 0xff, 0x48, 0x65, 0x6c, 0x6c, 0x6f, 0x00,
            ],
            &[0xf3, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x00],
        ];
        let mut inflater = Inflater::new(agreement(false, 15));
        for example in examples {
            let mut message = Vec::new();
            inflater.inflate(example, &mut message, 100).unwrap();
            inflater.finish(&mut message, 100).unwrap();
            assert_eq!(message, b"Hello");
        }
    }

    #[test]
    fn a_bomb_takes_little_more_than_its_limit() {
        let mut bomb = Deflater::new(agreement(false, 12));
        let payload = bomb.deflate(&vec![0; 40 << 20]).unwrap();
        let mut message = Vec::new();
        let mut inflater = Inflater::new(agreement(false, 12));
        let fault = inflater
            .inflate(&payload, &mut message, 100_000)
            .unwrap_err();
        assert_eq!(fault.code, 1009);
        assert!(message.capacity() < 400_000);
    }

    #[test]
    fn broken_data_is_a_fault() {
        let mut inflater = Inflater::new(agreement(false, 12));
        let fault = inflater
            .inflate(&[0xff; 20], &mut Vec::new(), 100)
            .unwrap_err();
        assert_eq!(fault.code, 1002);
    }
}
