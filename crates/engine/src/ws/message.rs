//! Messages, put together of the frames of a client.

use super::close::{Fault, INVALID_DATA, TOO_BIG};
use super::deflate::Inflater;
use super::extension::Agreement;
use super::frame::{Header, Opcode, unmask};

/// What a message holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// UTF-8.
    Text,
    /// Bytes.
    Binary,
}

/// A whole message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// What it holds.
    pub kind: Kind,
    /// Of a text, valid UTF-8.
    pub data: Vec<u8>,
}

/// What a connection keeps of the place where it unmasks.
const KEPT_CAPACITY: usize = 4 * 1024;

const TOO_BIG_FAULT: Fault = Fault::new(TOO_BIG, "a message that is too big");

/// The message that is being received.
#[derive(Debug)]
pub(super) struct Assembly {
    limit: usize,
    inflater: Option<Inflater>,
    kind: Option<Kind>,
    compressed: bool,
    data: Vec<u8>,
    /// Bytes of text that are known to be UTF-8.
    checked: usize,
    /// Bytes announced by the frames so far.
    announced: u64,
    /// Where compressed payloads are unmasked.
    scratch: Vec<u8>,
}

impl Assembly {
    pub(super) fn new(limit: usize, agreement: Option<Agreement>) -> Self {
        Self {
            limit,
            inflater: agreement.map(Inflater::new),
            kind: None,
            compressed: false,
            data: Vec::new(),
            checked: 0,
            announced: 0,
            scratch: Vec::new(),
        }
    }

    pub(super) const fn deflates(&self) -> bool {
        self.inflater.is_some()
    }

    /// Begins a data frame: the first of a message or a further one.
    pub(super) fn begin(&mut self, header: &Header) -> Result<(), Fault> {
        match (header.opcode, self.kind) {
            (Opcode::Continuation, None) => {
                return Err(Fault::protocol("a continuation of nothing"));
            }
            (Opcode::Continuation, Some(_)) => {}
            (_, Some(_)) => return Err(Fault::protocol("a message within another")),
            (opcode, None) => {
                let is_text = opcode == Opcode::Text;
                self.kind = Some(if is_text { Kind::Text } else { Kind::Binary });
                self.compressed = header.compressed;
            }
        }
        self.announced = self.announced.saturating_add(header.length);
        let limit = self.limit as u64;
        // What does not shrink grows a little when it is compressed.
        let slack = if self.compressed { limit / 8 + 1024 } else { 0 };
        if self.announced > limit.saturating_add(slack) {
            return Err(TOO_BIG_FAULT);
        }
        Ok(())
    }

    /// Adds a part of a frame's payload that begins `offset` bytes after the payload does.
    pub(super) fn append(&mut self, part: &[u8], mask: [u8; 4], offset: u64) -> Result<(), Fault> {
        match &mut self.inflater {
            Some(inflater) if self.compressed => {
                self.scratch.clear();
                self.scratch.extend_from_slice(part);
                unmask(&mut self.scratch, mask, offset);
                let inflated = inflater.inflate(&self.scratch, &mut self.data, self.limit);
                return self.check_inflated(inflated);
            }
            _ => {
                let begun = self.data.len();
                self.data.extend_from_slice(part);
                unmask(self.data.get_mut(begun..).unwrap_or_default(), mask, offset);
            }
        }
        self.check_text(false)
    }

    /// The message, whose last frame has ended.
    pub(super) fn finish(&mut self) -> Result<Message, Fault> {
        if let Some(inflater) = &mut self.inflater
            && self.compressed
        {
            let inflated = inflater.finish(&mut self.data, self.limit);
            self.check_inflated(inflated)?;
        }
        self.check_text(true)?;
        self.checked = 0;
        self.announced = 0;
        self.scratch.clear();
        self.scratch.shrink_to(KEPT_CAPACITY);
        Ok(Message {
            kind: self.kind.take().unwrap_or(Kind::Binary),
            data: std::mem::take(&mut self.data),
        })
    }

    /// Checks what came before a fault first, so that it does not matter how the input is cut.
    fn check_inflated(&mut self, inflated: Result<(), Fault>) -> Result<(), Fault> {
        self.data.truncate(self.limit);
        self.check_text(false)?;
        inflated
    }

    /// Checks what has been added to a text; a character may be cut, but not at the end of the message.
    fn check_text(&mut self, ended: bool) -> Result<(), Fault> {
        if self.kind != Some(Kind::Text) {
            return Ok(());
        }
        let unchecked = self.data.get(self.checked..).unwrap_or_default();
        match std::str::from_utf8(unchecked) {
            Ok(_) => self.checked = self.data.len(),
            Err(error) if error.error_len().is_none() && !ended => {
                self.checked += error.valid_up_to();
            }
            Err(_) => return Err(Fault::new(INVALID_DATA, "a text that is not UTF-8")),
        }
        Ok(())
    }
}
