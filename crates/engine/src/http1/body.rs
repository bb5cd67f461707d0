//! The body of the current request, decoded in place within the input buffer.

use super::chunked::{ChunkedDecoder, Piece};
use super::connection::Event;
use super::framing::Framing;
use crate::error::ErrorKind;
use crate::input::Input;
use crate::limits::Limits;

/// What is done with a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Mode {
    /// The application has not said yet; nothing is decoded.
    #[default]
    Undecided,
    /// Collected whole.
    Buffer,
    /// Handed on as it comes.
    Stream,
    /// Dropped, because the answer is already given.
    Discard,
}

#[derive(Debug, Default)]
enum Source {
    #[default]
    Complete,
    Length(u64),
    Chunked(ChunkedDecoder),
}

/// Decoded bytes lie at `start..end` of the input, undecoded ones from `raw` on.
#[derive(Debug, Default)]
pub(super) struct Body {
    mode: Mode,
    source: Source,
    is_complete: bool,
    start: usize,
    end: usize,
    raw: usize,
    announced: usize,
    end_announced: bool,
}

impl Body {
    /// A body that begins at `start`.
    #[inline]
    pub(super) fn new(framing: Framing, start: usize) -> Self {
        let source = match framing {
            Framing::None => Source::Complete,
            Framing::Length(length) => Source::Length(length),
            Framing::Chunked => Source::Chunked(ChunkedDecoder::new(u64::MAX)),
        };
        let is_complete = framing == Framing::None;
        Self {
            source,
            is_complete,
            start,
            end: start,
            raw: start,
            announced: start,
            ..Self::default()
        }
    }

    pub(super) const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether the body is being decoded, whatever for.
    #[inline]
    pub(super) fn is_chosen(&self) -> bool {
        self.mode != Mode::Undecided
    }

    #[inline]
    pub(super) const fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// Where the next request begins, once complete.
    #[inline]
    pub(super) const fn next_request(&self) -> usize {
        self.raw
    }

    /// How much is decoded and not taken.
    pub(super) const fn untaken(&self) -> usize {
        self.end - self.start
    }

    /// Chooses what is done with the body, unless that is settled.
    pub(super) fn choose(&mut self, mode: Mode, limit: u64) -> Result<(), ErrorKind> {
        if self.mode != Mode::Undecided {
            return Ok(());
        }
        self.mode = mode;
        match &mut self.source {
            Source::Length(length) if *length > limit => Err(ErrorKind::ContentTooLarge),
            Source::Chunked(decoder) => {
                decoder.limit_rest(limit);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Drops the body; of a chunked one at most `limit` bytes more.
    pub(super) fn discard(&mut self, input: &mut Input, limit: u64) {
        self.mode = Mode::Discard;
        self.take(input);
        if let Source::Chunked(decoder) = &mut self.source {
            decoder.limit_rest(limit);
        }
    }

    /// Whether more than `limit` bytes are known to be missing.
    pub(super) fn misses_more_than(&self, limit: u64) -> bool {
        match &self.source {
            Source::Complete => false,
            Source::Length(length) => *length > limit,
            Source::Chunked(decoder) => decoder.chunk_rest() > limit,
        }
    }

    /// How many bytes are to be collected that the input does not hold, as far as that is known.
    pub(super) fn due(&self, input: &Input) -> usize {
        match (self.mode, &self.source) {
            (Mode::Buffer, Source::Length(length)) => {
                let held = input.len() - self.raw;
                usize::try_from(*length).map_or(0, |length| length.saturating_sub(held))
            }
            _ => 0,
        }
    }

    /// Decodes what has been received.
    pub(super) fn advance(&mut self, input: &mut Input, limits: &Limits) -> Result<(), ErrorKind> {
        if self.is_complete || self.mode == Mode::Undecided {
            return Ok(());
        }
        while !self.is_complete {
            let available = input.filled().get(self.raw..).unwrap_or_default();
            let count = match &mut self.source {
                Source::Complete => 0,
                Source::Length(length) => {
                    let count = usize::try_from(*length)
                        .map_or(available.len(), |left| left.min(available.len()));
                    *length -= count as u64;
                    self.is_complete = *length == 0;
                    count
                }
                Source::Chunked(decoder) => {
                    let (framing, piece) = decoder.next_piece(available, limits)?;
                    self.raw += framing;
                    self.is_complete = piece == Piece::End;
                    if let Piece::Data(count) = piece {
                        count
                    } else {
                        0
                    }
                }
            };
            if count == 0 {
                break;
            }
            self.keep(input, count);
        }
        self.give_up_framing(input);
        Ok(())
    }

    /// Adds the next `count` undecoded bytes to the decoded ones.
    fn keep(&mut self, input: &mut Input, count: usize) {
        if self.mode != Mode::Discard {
            if self.end != self.raw {
                input.move_down(self.raw..self.raw + count, self.end);
            }
            self.end += count;
        }
        self.raw += count;
    }

    /// The decoder leaves nothing behind but the next request, so the gap that framing left is at the end.
    fn give_up_framing(&mut self, input: &mut Input) {
        if self.raw == input.len() && self.end < self.raw {
            input.truncate(self.end);
            self.raw = self.end;
        }
    }

    /// The event that is due, each once.
    pub(super) fn announce(&mut self) -> Event {
        if self.mode == Mode::Stream && self.end > self.announced {
            self.announced = self.end;
            return Event::BodyChunk;
        }
        if !self.is_complete || self.end_announced {
            return Event::NeedInput;
        }
        match self.mode {
            Mode::Buffer => {
                self.end_announced = true;
                Event::Body
            }
            Mode::Stream => {
                self.end_announced = true;
                Event::BodyEnd
            }
            Mode::Undecided | Mode::Discard => Event::NeedInput,
        }
    }

    pub(super) fn decoded<'i>(&self, input: &'i Input) -> &'i [u8] {
        input.filled().get(self.start..self.end).unwrap_or_default()
    }

    /// Takes the decoded bytes out of the input.
    pub(super) fn take(&mut self, input: &mut Input) -> Vec<u8> {
        let taken = input.remove(self.start..self.end);
        self.raw -= taken.len();
        self.end = self.start;
        self.announced = self.start;
        taken
    }

    pub(super) fn trailers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        let trailers = match &self.source {
            Source::Chunked(decoder) if self.is_complete => Some(decoder.trailers().iter()),
            _ => None,
        };
        trailers.into_iter().flatten()
    }
}
