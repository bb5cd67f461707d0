//! Deadlines, by a clock that the tests move.

use std::time::{Duration, Instant};

use sixlane_engine::http1::{Connection, Event};
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::{Closing, Protocol};

use super::{GET, POST_FIVE, connect, connect_with, requested, sent};

const MOMENT: Duration = Duration::from_millis(1);

fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Lets the deadline pass, after checking that nothing happens a moment before it.
fn pass_deadline(connection: &mut Connection) -> Instant {
    let deadline = connection.deadline().expect("a timer runs");
    connection.expire(deadline - MOMENT);
    assert_eq!(connection.closing(), Closing::Open);
    connection.expire(deadline);
    deadline
}

#[test]
fn silent_connection_is_closed_without_an_answer() {
    let now = Instant::now();
    let mut connection = connect(now);
    assert_eq!(pass_deadline(&mut connection), now + seconds(10));
    assert_eq!(connection.closing(), Closing::AfterOutput);
    assert_eq!(sent(&mut connection, now), "");
}

#[test]
fn slow_head_is_timed_as_a_whole() {
    let now = Instant::now();
    let mut connection = connect(now);
    for (second, line) in ["GET / HTTP/1.1\r\n", "Host: x\r\n", "A: b\r\n", "C: d\r\n"]
        .iter()
        .enumerate()
    {
        let later = now + seconds(2 * second as u64);
        connection.receive(line.as_bytes(), later);
        assert_eq!(connection.next_event(later), Event::NeedInput);
        assert_eq!(connection.deadline(), Some(now + seconds(10)));
    }
    pass_deadline(&mut connection);
    assert!(sent(&mut connection, now).starts_with("HTTP/1.1 408 Request Timeout\r\n"));
    assert_eq!(connection.closing(), Closing::AfterOutput);
}

fn idle(now: Instant) -> Connection {
    let mut connection = requested(GET, now);
    connection.respond(200, b"", b"", now);
    sent(&mut connection, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    connection
}

#[test]
fn idle_connection_is_closed() {
    let now = Instant::now();
    let mut connection = idle(now);
    assert_eq!(pass_deadline(&mut connection), now + seconds(15));
    assert_eq!(sent(&mut connection, now), "");
    assert_eq!(connection.closing(), Closing::AfterOutput);
}

#[test]
fn next_head_is_timed_from_its_first_byte() {
    let now = Instant::now();
    let mut connection = idle(now);
    let later = now + seconds(14);
    connection.receive(b"G", later);
    assert_eq!(connection.next_event(later), Event::NeedInput);
    assert_eq!(pass_deadline(&mut connection), later + seconds(10));
    assert!(sent(&mut connection, now).starts_with("HTTP/1.1 408 "));
}

#[test]
fn working_application_is_not_timed() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    assert_eq!(connection.deadline(), None);
    connection.buffer_body(0, now);
    assert_eq!(connection.next_event(now), Event::Body);
    assert_eq!(connection.deadline(), None);
}

#[test]
fn stalled_body_is_refused_and_told() {
    let now = Instant::now();
    let limits = Limits {
        body_floor_bytes_per_second: 0,
        ..Limits::default()
    };
    let mut connection = connect_with(limits, now);
    connection.receive(POST_FIVE, now);
    assert_eq!(connection.next_event(now), Event::Head);
    connection.buffer_body(5, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.deadline(), Some(now + seconds(30)));
    let later = now + seconds(20);
    connection.receive(b"h", later);
    assert_eq!(connection.next_event(later), Event::NeedInput);
    assert_eq!(pass_deadline(&mut connection), later + seconds(30));
    assert_eq!(connection.next_event(later), Event::Disconnected);
    assert!(sent(&mut connection, later).starts_with("HTTP/1.1 408 "));
}

/// A connection whose body of 10,000 bytes is being read.
fn uploading(now: Instant) -> Connection {
    let mut connection = requested(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10000\r\n\r\n",
        now,
    );
    connection.stream_body(10_000, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    connection
}

#[test]
fn slow_body_is_refused_after_its_window() {
    let now = Instant::now();
    let mut connection = uploading(now);
    for second in 1..10 {
        let later = now + seconds(second);
        connection.receive(&[b'y'; 111], later);
        assert_eq!(connection.next_event(later), Event::BodyChunk);
        connection.take_body();
    }
    assert_eq!(connection.deadline(), Some(now + seconds(10)));
    pass_deadline(&mut connection);
    assert_eq!(
        connection.next_event(now),
        Event::Disconnected,
        "999 bytes in 10 s"
    );
}

#[test]
fn windows_may_be_shorter_than_a_second() {
    let now = Instant::now();
    let limits = Limits {
        body_floor_window: Duration::from_millis(500),
        ..Limits::default()
    };
    let mut connection = connect_with(limits, now);
    connection.receive(POST_FIVE, now);
    assert_eq!(connection.next_event(now), Event::Head);
    connection.stream_body(5, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(
        pass_deadline(&mut connection),
        now + Duration::from_millis(500)
    );
    assert!(sent(&mut connection, now).starts_with("HTTP/1.1 408 "));
}

#[test]
fn body_at_the_floor_goes_on() {
    let now = Instant::now();
    let mut connection = uploading(now);
    let later = now + seconds(9);
    connection.receive(&[b'y'; 1000], later);
    assert_eq!(connection.next_event(later), Event::BodyChunk);
    let end = now + seconds(10);
    connection.expire(end);
    assert_eq!(connection.closing(), Closing::Open);
    assert_eq!(
        connection.deadline(),
        Some(end + seconds(10)),
        "the next window"
    );
}

#[test]
fn body_is_not_timed_while_the_application_holds_it_back() {
    let now = Instant::now();
    let mut connection = requested(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
        now,
    );
    connection.stream_body(100_000, now);
    connection.receive(&vec![b'y'; 70_000], now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    assert_eq!(connection.deadline(), None);
    connection.take_body();
    let later = now + seconds(60);
    assert_eq!(connection.next_event(later), Event::NeedInput);
    assert_eq!(connection.deadline(), Some(later + seconds(10)));
}

#[test]
fn body_is_not_timed_before_it_is_asked_for() {
    let now = Instant::now();
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    let mut connection = requested(head, now);
    connection.stream_body(5, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.deadline(), None);
    connection.body_wanted(now);
    sent(&mut connection, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.deadline(), Some(now + seconds(10)));
}

#[test]
fn body_is_timed_again_from_when_the_application_waits() {
    let now = Instant::now();
    let limits = Limits::default();
    let mut connection = requested(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n",
        now,
    );
    connection.stream_body(1_000_000, now);
    connection.receive(&vec![b'b'; limits.body_high_water + 1], now);
    assert_eq!(connection.next_event(now), Event::BodyChunk);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.deadline(), None);
    let later = now + seconds(100);
    connection.take_body();
    connection.body_wanted(later);
    assert_eq!(
        connection.deadline(),
        Some(later + limits.body_floor_window)
    );
}

#[test]
fn body_is_timed_once_it_was_asked_for() {
    let now = Instant::now();
    let head = b"POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    let mut connection = requested(head, now);
    connection.stream_body(5, now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(connection.deadline(), None);
    connection.body_wanted(now);
    sent(&mut connection, now);
    let window = Limits::default().body_floor_window;
    assert_eq!(connection.deadline(), Some(now + window));
}

#[test]
fn unread_answer_is_reset() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    connection
        .start_response(200, &mut std::iter::empty(), None, now)
        .unwrap();
    connection.send_body(b"abc", true, now).unwrap();
    let later = now + seconds(20);
    connection.output_sent(1, later);
    assert_eq!(pass_deadline(&mut connection), later + seconds(30));
    assert_eq!(connection.closing(), Closing::Reset);
    assert_eq!(connection.next_event(later), Event::Disconnected);
    assert_eq!(connection.deadline(), None);
}

#[test]
fn sent_answer_stops_its_timer() {
    let now = Instant::now();
    let mut connection = requested(GET, now);
    connection
        .start_response(200, &mut std::iter::empty(), None, now)
        .unwrap();
    assert_eq!(connection.deadline(), Some(now + seconds(30)));
    sent(&mut connection, now);
    assert_eq!(connection.deadline(), None);
}

#[test]
fn pipelined_request_is_not_timed_while_it_is_held_back() {
    let now = Instant::now();
    let mut connection = requested(&[GET, b"GET"].concat(), now);
    connection.respond(200, b"", &vec![b'y'; 100_000], now);
    assert_eq!(connection.next_event(now), Event::NeedInput);
    assert_eq!(
        connection.deadline(),
        Some(now + seconds(30)),
        "the send timer alone"
    );
    let later = now + seconds(25);
    connection.output_sent(90_000, later);
    assert_eq!(connection.next_event(later), Event::NeedInput);
    assert_eq!(connection.deadline(), Some(later + seconds(10)));
}

#[test]
fn endless_limits_mean_never() {
    let now = Instant::now();
    let limits = Limits {
        header_timeout: Duration::MAX,
        ..Limits::default()
    };
    assert_eq!(connect_with(limits, now).deadline(), None);
}
