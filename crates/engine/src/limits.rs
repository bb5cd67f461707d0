//! Every bound the engine puts on a peer, in one place.

use std::time::Duration;

const KIB: usize = 1024;
const MIB: u64 = 1024 * 1024;

/// Bounds on what a peer may send, how slowly, and how much is kept for it.
///
/// Sizes are in bytes. A bound that is exceeded ends the connection; the status of the answer, where there is one,
/// stands beside the field. A value equal to its bound is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Request line without its line end; 414. Default 8 KiB: RFC 9112 section 3 recommends at least 8,000.
    pub request_line_bytes: usize,
    /// Method token; 501. Default 32: the longest registered method, `UPDATEREDIRECTREF`, has 17.
    pub method_bytes: usize,
    /// Empty lines before a request line; 400. Default 4: RFC 9112 section 2.2 asks to skip at least one.
    pub leading_empty_lines: usize,
    /// Whether `Host` has to be a host and port; 400 (RFC 9112 section 3.2). Default yes: proxies and applications read
    /// others in different ways. Off, all reach the application: some clients of Unix sockets send a path.
    pub host_syntax: bool,
    /// One header name; 431. Default 1 KiB: far above any registered name.
    pub header_name_bytes: usize,
    /// One header line; 431. Default 32 KiB: browsers keep the cookies of a site well below this.
    pub header_bytes: usize,
    /// All header lines together; 431. Default 64 KiB.
    pub headers_total_bytes: usize,
    /// Number of header lines, and apart from them of trailer lines; 431. Default 100, as most servers.
    pub headers_count: usize,
    /// Largest request body where neither the application nor the route sets a bound of its own; 413. Default 16 MiB.
    pub body_bytes: u64,
    /// Chunk extensions of one body together; 400. Default 4 KiB: no known client sends any.
    pub chunk_extension_bytes: usize,
    /// Trailer section of one body; 431. Default 16 KiB.
    pub trailer_bytes: usize,
    /// Time for a whole head, from accept or from its first byte; 408. Default 10 s.
    pub header_timeout: Duration,
    /// Time between two reads of a body; 408. Default 30 s.
    pub body_idle_timeout: Duration,
    /// Least average rate of a body within each window; 408. Default 100 B/s; 0 switches it off.
    pub body_floor_bytes_per_second: u64,
    /// Length of the window the rate is held over. Default 10 s.
    pub body_floor_window: Duration,
    /// Time in which the peer must take at least one byte of waiting output; reset. Default 30 s.
    pub send_idle_timeout: Duration,
    /// Time a connection may wait between two requests. Default 15 s.
    pub keep_alive_timeout: Duration,
    /// Open connections; more wait in the queue of the listening socket. Default unbounded: the server, which knows how
    /// many descriptors the process may open, sets it.
    pub connections: usize,
    /// Requests answered on one connection. Default 10,000: bounds what any one connection can leak.
    pub keep_alive_requests: u64,
    /// Time spent dropping input after the last answer, so that a reset does not overtake it. Default 10 s.
    pub linger_total: Duration,
    /// Longest silence within that time. Default 2 s.
    pub linger_idle: Duration,
    /// Input dropped within that time. Default 16 MiB: as much as the largest body.
    pub linger_bytes: u64,
    /// Unread body dropped to keep a connection alive after an early answer. Default 64 KiB.
    pub discard_bytes: u64,
    /// Time from accept that a new connection has for its first request once draining. Default 1 s: a request may be
    /// on its way.
    pub drain_grace: Duration,
    /// Unsent output above which no further request is begun. Default 64 KiB.
    pub output_high_water: usize,
    /// Received but untaken body above which reading pauses. Default 64 KiB.
    pub body_high_water: usize,
    /// Input kept beyond the current request above which reading pauses. Default 64 KiB.
    pub read_ahead_bytes: usize,
    /// One WebSocket message, after inflation; close code 1009. Default 16 MiB: as much as the largest body.
    pub websocket_message_bytes: usize,
    /// Received but untaken WebSocket messages at which reading pauses. Default 32.
    pub websocket_queue_messages: usize,
    /// Their bytes above which reading pauses. Default 64 KiB.
    pub websocket_queue_bytes: usize,
    /// Pings, pongs and closes a client may send, on average over ten seconds; close code 1008. Default 100/s; 0 switches
    /// it off.
    pub websocket_control_frames_per_second: u64,
    /// Time between two pings to a WebSocket client. Default 20 s; 0 switches them off.
    pub websocket_ping_interval: Duration,
    /// Time the client may be silent after a ping; close code 1011. Default 20 s; 0 switches it off.
    pub websocket_ping_timeout: Duration,
    /// Time the client has to answer a close frame. Default 10 s.
    pub websocket_close_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            request_line_bytes: 8 * KIB,
            method_bytes: 32,
            leading_empty_lines: 4,
            host_syntax: true,
            header_name_bytes: KIB,
            header_bytes: 32 * KIB,
            headers_total_bytes: 64 * KIB,
            headers_count: 100,
            body_bytes: 16 * MIB,
            chunk_extension_bytes: 4 * KIB,
            trailer_bytes: 16 * KIB,
            header_timeout: Duration::from_secs(10),
            body_idle_timeout: Duration::from_secs(30),
            body_floor_bytes_per_second: 100,
            body_floor_window: Duration::from_secs(10),
            send_idle_timeout: Duration::from_secs(30),
            keep_alive_timeout: Duration::from_secs(15),
            connections: usize::MAX,
            keep_alive_requests: 10_000,
            linger_total: Duration::from_secs(10),
            linger_idle: Duration::from_secs(2),
            linger_bytes: 16 * MIB,
            discard_bytes: 64 * KIB as u64,
            drain_grace: Duration::from_secs(1),
            output_high_water: 64 * KIB,
            body_high_water: 64 * KIB,
            read_ahead_bytes: 64 * KIB,
            websocket_message_bytes: 16 * KIB * KIB,
            websocket_queue_messages: 32,
            websocket_queue_bytes: 64 * KIB,
            websocket_control_frames_per_second: 100,
            websocket_ping_interval: Duration::from_secs(20),
            websocket_ping_timeout: Duration::from_secs(20),
            websocket_close_timeout: Duration::from_secs(10),
        }
    }
}
