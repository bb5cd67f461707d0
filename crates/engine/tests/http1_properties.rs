//! What holds for every input, tried on random ones.

mod peer;
mod vectors;

use std::sync::Arc;
use std::time::{Instant, UNIX_EPOCH};

use peer::{Peer, Reading, Seen, script};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use sixlane_engine::http1::{Connection, Date, Event};
use sixlane_engine::limits::Limits;
use sixlane_engine::protocol::Protocol;

/// Bytes and words that matter to a parser.
const TOKENS: [&[u8]; 18] = [
    b"\r\n",
    b"\n",
    b"\r",
    b"\0",
    b" ",
    b"\t",
    b":",
    b",",
    b"0",
    b";",
    b"\x0b",
    b"\xff",
    b"%",
    b"0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Length: 5\r\n",
    b"Host: x\r\n",
    b"ffffffffffffffff",
];

/// One of the vectors with a few places overwritten by tokens.
fn mutated() -> impl Strategy<Value = Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> = vectors::all()
        .into_iter()
        .map(|vector| vector.input)
        .collect();
    corpus.retain(|input| input.len() < 500);
    let edit = (any::<Index>(), 0..4usize, prop::sample::select(&TOKENS[..]));
    (prop::sample::select(corpus), vec(edit, 0..4)).prop_map(|(mut input, edits)| {
        for (place, removed, token) in edits {
            let start = place.index(input.len() + 1);
            let end = (start + removed).min(input.len());
            input.splice(start..end, token.iter().copied());
        }
        input
    })
}

fn essence(peer: &Peer) -> (String, Vec<Seen>, usize) {
    let outcome = peer.outcome();
    (
        outcome.trim_start_matches("100+").to_owned(),
        peer.requests.clone(),
        peer.disconnects,
    )
}

/// Sends the bytes cut at the given places.
fn play(input: &[u8], mut cuts: Vec<usize>, reading: Reading) -> Peer {
    let mut peer = Peer::new(Limits::default(), reading);
    cuts.sort_unstable();
    let mut sent = 0;
    for cut in cuts {
        peer.send(&input[sent..cut]);
        sent = cut;
    }
    peer.send(&input[sent..]);
    peer.end();
    peer
}

/// A request that is valid, with the bytes that say it.
#[derive(Clone, Debug)]
struct Request {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    chunks: Option<usize>,
}

impl Request {
    fn to_bytes(&self) -> Vec<u8> {
        let mut text = format!(
            "{} {}?{} HTTP/1.1\r\nHost: x:80\r\n",
            self.method, self.path, self.query
        );
        for (name, value) in &self.headers {
            text += &format!("{name}: \t{value} \r\n");
        }
        let mut bytes = text.into_bytes();
        match self.chunks {
            None => {
                bytes.extend(format!("Content-Length: {}\r\n\r\n", self.body.len()).bytes());
                bytes.extend(&self.body);
            }
            Some(size) => {
                bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
                for chunk in self.body.chunks(size) {
                    bytes.extend(format!("{:X};e\r\n", chunk.len()).bytes());
                    bytes.extend(chunk);
                    bytes.extend(b"\r\n");
                }
                bytes.extend(b"0\r\nX-End: 1\r\n\r\n");
            }
        }
        bytes
    }
}

fn request() -> impl Strategy<Value = Request> {
    let header = ("x-[a-z0-9!#_.]{1,9}", "([!-~][ -~]{0,20}[!-~])?");
    let parts = (
        "[A-Z]{1,20}",
        "/[!-\"$&->@-~]{0,30}",
        "[!-\"$-~]{0,30}",
        vec(header, 0..10),
    );
    let body = (vec(any::<u8>(), 0..300), prop::option::of(1..100usize));
    (parts, body)
        .prop_filter("reserved by the scripted application", |(parts, _)| {
            parts.1 != "/nobody" && !matches!(parts.0.as_str(), "CONNECT" | "HEAD")
        })
        .prop_map(|((method, path, query, headers), (body, chunks))| Request {
            method,
            path,
            query,
            headers,
            body,
            chunks,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cuts_do_not_matter(input in mutated(), cuts in vec(any::<Index>(), 0..6), streamed: bool) {
        let expected = essence(&play(&input, Vec::new(), Reading::Buffered));
        // An early answer may depend on whether the body has come.
        prop_assume!(expected.1.iter().all(|seen| seen.path != b"/nobody"));
        let cuts = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
        let reading = if streamed { Reading::Streamed } else { Reading::Buffered };
        prop_assert_eq!(essence(&play(&input, cuts, reading)), expected);
    }

    #[test]
    fn valid_requests_arrive_as_they_are(requests in vec(request(), 1..4), cuts in vec(any::<Index>(), 0..6)) {
        let input: Vec<u8> = requests.iter().flat_map(Request::to_bytes).collect();
        let cuts = cuts.iter().map(|cut| cut.index(input.len() + 1)).collect();
        let peer = play(&input, cuts, Reading::Buffered);
        prop_assert_eq!(peer.requests.len(), requests.len());
        for (seen, request) in peer.requests.iter().zip(&requests) {
            prop_assert_eq!(&seen.method, &request.method);
            prop_assert_eq!(&seen.path, request.path.as_bytes());
            prop_assert_eq!(&seen.query, request.query.as_bytes());
            prop_assert_eq!(seen.body.as_ref(), Some(&request.body));
            let own = seen.headers.iter().filter(|header| header.0.starts_with(b"x-"));
            let sent = request.headers.iter().map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()));
            prop_assert_eq!(own.cloned().collect::<Vec<_>>(), sent.collect::<Vec<_>>());
            prop_assert_eq!(seen.trailers.len(), usize::from(request.chunks.is_some()));
        }
    }

    #[test]
    fn headers_cannot_split_an_answer(name in vec(any::<u8>(), 0..8), value in vec(any::<u8>(), 0..12)) {
        let now = Instant::now();
        let date = Arc::new(Date::new(UNIX_EPOCH));
        let mut connection = Connection::new(Arc::new(Limits::default()), date, now);
        connection.receive(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", now);
        prop_assert_eq!(connection.next_event(now), Event::Head);
        let headers: [(&[u8], &[u8]); 1] = [(&name, &value)];
        let started = connection.start_response(200, &mut headers.into_iter(), Some(0), now);
        let breaks = connection.output().iter().filter(|&&byte| byte == b'\r' || byte == b'\n').count();
        // Status line, date, content-length, the header and the empty line.
        prop_assert_eq!(breaks, if started.is_ok() { 10 } else { 0 });
    }

    #[test]
    fn any_script_ends(script in vec(any::<u8>(), 0..120), inputs in vec(mutated(), 1..3)) {
        script::run(&script, &inputs.concat());
    }
}
