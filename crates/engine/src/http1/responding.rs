//! Answers: from statuses, headers and bodies to bytes.

use std::time::Instant;

use super::connection::{Connection, Stage};
use super::reply::{
    Persistence, Progress, ReplyError, Stated, forbids_body, forbids_length, write_length,
    write_start,
};
use crate::output::Output;

const HEAD_SIZE: usize = 160; // status line, date, content-length and connection at their usual lengths

/// A connection that goes on in another protocol.
#[derive(Debug)]
pub struct Upgraded {
    /// What has been received after the request.
    pub input: Vec<u8>,
    /// What is still to be sent first: the answer, maybe behind earlier ones.
    pub output: Vec<u8>,
    /// The peer has ended its side.
    pub peer_ended: bool,
    /// The connection is to end soon.
    pub draining: bool,
}

impl Connection {
    /// Ends the connection with the current answer, which says so if it has not begun.
    pub const fn close_after_response(&mut self) {
        self.close_after_reply = true;
    }

    /// Says that the answer about to be given does not depend on the rest of the body.
    ///
    /// The rest is dropped, or the connection ends with the answer, which then says so.
    pub fn body_unwanted(&mut self) {
        if self.expects_reply() {
            self.discard_body();
        }
    }

    /// Gives the whole answer, whose status is a final one.
    ///
    /// `headers` are complete lines (`name: value` CR LF), already checked. Date, content-length and connection are
    /// added, and the body is dropped where the request or the status allows none. Nothing is sent where no request
    /// waits for an answer.
    #[inline]
    pub fn respond(&mut self, status: u16, headers: &[u8], body: &[u8], now: Instant) {
        if !self.expects_reply() {
            return;
        }
        self.discard_body();
        let persistence = self.persistence();
        self.write_whole(status, headers, body, persistence);
        self.finish_reply(now);
    }

    #[inline]
    pub(super) fn write_whole(
        &mut self,
        status: u16,
        headers: &[u8],
        body: &[u8],
        persistence: Persistence,
    ) {
        let body_sent = if forbids_body(status) || self.head_only() {
            &[]
        } else {
            body
        };
        self.output
            .reserve(HEAD_SIZE + headers.len() + body_sent.len());
        write_start(&mut self.output, status, Some(&self.date), persistence);
        if !forbids_length(status) {
            write_length(
                &mut self.output,
                if forbids_body(status) {
                    0
                } else {
                    body.len() as u64
                },
            );
        }
        self.output.append(headers);
        self.output.append(b"\r\n");
        self.output.append(body_sent);
    }

    /// Begins an answer whose body comes in pieces.
    ///
    /// Without `length` (and without a `content-length` header) the body is chunked, in HTTP/1.0 ended by closing.
    /// `transfer-encoding` is left out, as framing is decided here; `connection: close` is obeyed.
    ///
    /// # Errors
    /// A status below 200, a header that could break the framing, or an answer nobody waits for; nothing is sent then.
    pub fn start_response<'h>(
        &mut self,
        status: u16,
        headers: &mut dyn Iterator<Item = (&'h [u8], &'h [u8])>,
        length: Option<u64>,
        now: Instant,
    ) -> Result<(), ReplyError> {
        if !self.expects_reply() {
            return Err(if self.stage == Stage::Ended {
                ReplyError::Ended
            } else {
                ReplyError::NotExpected
            });
        }
        if !(200..1000).contains(&status) {
            return Err(ReplyError::Status);
        }
        let mut stated = Stated::read(headers)?;
        if let (Some(stated), Some(given)) = (stated.length, length)
            && stated != given
        {
            return Err(ReplyError::Length);
        }
        stated.length = stated.length.or(length);
        self.close_after_reply |= stated.close;
        self.begin_reply(status, &stated);
        self.output_queued(now);
        Ok(())
    }

    fn begin_reply(&mut self, status: u16, stated: &Stated) {
        let bodyless = forbids_body(status) || self.head_only();
        let until_close = stated.length.is_none() && !bodyless && self.head.version_minor() == 0;
        self.close_after_reply |= until_close;
        let persistence = self.persistence();
        let date = (!stated.date).then_some(&*self.date);
        write_start(&mut self.output, status, date, persistence);
        self.output.append(&stated.lines);
        self.progress = match stated.length {
            _ if until_close => Progress::UntilClose,
            Some(length) if !forbids_length(status) => {
                write_length(&mut self.output, if status == 205 { 0 } else { length });
                if bodyless {
                    Progress::Bodyless
                } else {
                    Progress::Length(length)
                }
            }
            _ if bodyless => Progress::Bodyless,
            _ => Progress::Chunked,
        };
        if self.progress == Progress::Chunked {
            self.output.append(b"transfer-encoding: chunked\r\n");
        }
        self.output.append(b"\r\n");
    }

    /// Adds to the body of a begun answer, and ends it unless there is `more`.
    ///
    /// # Errors
    /// A body that is not as long as its content-length: the connection is aborted, so that the client does not take
    /// it for whole. An answer that was not begun.
    pub fn send_body(&mut self, data: &[u8], more: bool, now: Instant) -> Result<(), ReplyError> {
        if self.stage != Stage::Exchange {
            return Err(ReplyError::Ended);
        }
        match self.progress {
            Progress::Unstarted | Progress::Finished => return Err(ReplyError::NotExpected),
            Progress::Length(missing) => self.send_counted(data, missing, more, now)?,
            Progress::Chunked => self.send_chunk(data, more),
            Progress::UntilClose => self.output.append(data),
            Progress::Bodyless => {}
        }
        if more {
            self.output_queued(now);
        } else {
            self.discard_body();
            self.finish_reply(now);
        }
        Ok(())
    }

    fn send_counted(
        &mut self,
        data: &[u8],
        missing: u64,
        more: bool,
        now: Instant,
    ) -> Result<(), ReplyError> {
        let left = match missing.checked_sub(data.len() as u64) {
            None => Err(ReplyError::TooLong),
            Some(left) if left > 0 && !more => Err(ReplyError::TooShort),
            Some(left) => Ok(left),
        };
        match left {
            Ok(left) => {
                self.output.append(data);
                self.progress = Progress::Length(left);
                Ok(())
            }
            Err(error) => {
                self.abort(now);
                Err(error)
            }
        }
    }

    fn send_chunk(&mut self, data: &[u8], more: bool) {
        if !data.is_empty() {
            self.output.append_hexadecimal(data.len());
            self.output.append(b"\r\n");
            self.output.append(data);
            self.output.append(b"\r\n");
        }
        if !more {
            self.output.append(b"0\r\n\r\n");
        }
    }

    /// Answers with "101 Switching Protocols" and gives up what another protocol is to go on with.
    ///
    /// `headers` are added to the answer; their framing and `connection` are left out, as this answer says both.
    ///
    /// # Errors
    /// A header that could break the framing, or an answer nobody waits for; nothing has changed then.
    pub fn upgrade<'h>(
        &mut self,
        protocol: &str,
        headers: &mut dyn Iterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Result<Upgraded, ReplyError> {
        if !self.expects_reply() {
            return Err(ReplyError::Ended);
        }
        let stated = Stated::read(headers)?;
        write_start(&mut self.output, 101, None, Persistence::Implied);
        self.output.append(b"upgrade: ");
        self.output.append(protocol.as_bytes());
        self.output.append(b"\r\nconnection: upgrade\r\n");
        self.output.append(&stated.lines);
        self.output.append(b"\r\n");
        let after_head = self.head.length();
        let upgraded = Upgraded {
            input: self.input.remove(after_head..self.input.len()),
            output: self.output.unsent().to_vec(),
            peer_ended: self.peer_ended,
            draining: self.draining.is_some(),
        };
        self.output = Output::default();
        self.progress = Progress::Finished;
        self.stage = Stage::Ended;
        Ok(upgraded)
    }

    /// Gives up the head of a request that was answered by `upgrade`.
    pub fn forget_head(&mut self) {
        self.head.clear();
        self.input.release();
    }

    #[inline]
    fn expects_reply(&self) -> bool {
        self.stage == Stage::Exchange && self.progress == Progress::Unstarted
    }

    #[inline]
    fn head_only(&self) -> bool {
        match self.stage {
            Stage::Exchange => self.head.is_head(self.input.filled()),
            // A head that is refused has not been taken apart.
            Stage::Head => self.input.filled().trim_ascii_start().starts_with(b"HEAD "),
            Stage::Ended => false,
        }
    }

    /// Decides whether the connection goes on after this answer, and says so.
    #[inline]
    fn persistence(&mut self) -> Persistence {
        let keep = self.head.keep_alive
            && !self.is_last()
            && self.requests < self.limits.keep_alive_requests;
        self.close_after_reply |= !keep;
        match self.head.version_minor() {
            _ if self.close_after_reply => Persistence::Close,
            0 => Persistence::KeepAlive,
            _ => Persistence::Implied,
        }
    }

    /// Drops a body that is not read by the time the answer is complete, or gives the connection up for it.
    #[inline]
    fn discard_body(&mut self) {
        if self.body.is_complete() {
            return;
        }
        self.body
            .discard(&mut self.input, self.limits.discard_bytes);
        let broken = self.body.advance(&mut self.input, &self.limits).is_err();
        let unsent = self.continue_due && self.input.len() <= self.head.length();
        self.close_after_reply |= broken
            || !self.body.is_complete()
                && (unsent || self.body.misses_more_than(self.limits.discard_bytes));
    }

    #[inline]
    fn finish_reply(&mut self, now: Instant) {
        self.progress = Progress::Finished;
        self.output_queued(now);
        // The answer may have begun before draining did.
        if self.close_after_reply || self.is_last() {
            self.end_orderly(now);
        }
    }
}
