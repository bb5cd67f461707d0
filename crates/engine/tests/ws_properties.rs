//! Whatever a client sends comes through as it was, however it is framed, compressed and cut.

use flate2::{Compress, Compression, FlushCompress};
use proptest::prelude::*;
use sixlane_engine::limits::Limits;
use sixlane_engine::ws::{Kind, Message};

mod ws_peer;

use ws_peer::{BINARY, DEFLATE, MORE, PING, Peer, RSV1, TEXT, frame};

/// A message, the places where it is cut into fragments, and whether it is compressed.
type Planned = (Message, Vec<prop::sample::Index>, bool);

fn message() -> impl Strategy<Value = Planned> {
    let text = ".{0,200}".prop_map(|text| Message {
        kind: Kind::Text,
        data: text.into_bytes(),
    });
    let binary = prop::collection::vec(any::<u8>(), 0..400).prop_map(|data| Message {
        kind: Kind::Binary,
        data,
    });
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    (prop_oneof![text, binary], cuts, any::<bool>())
}

fn write(messages: &[Planned]) -> Vec<u8> {
    let mut compressor = Compress::new_with_window_bits(Compression::best(), false, 12);
    let mut bytes = Vec::new();
    for (message, cuts, compressed) in messages {
        let mut payload = message.data.clone();
        if *compressed && payload.is_empty() {
            payload.push(0); // zlib makes nothing of nothing
        } else if *compressed {
            payload = Vec::with_capacity(4096);
            let flush = FlushCompress::Sync;
            compressor
                .compress_vec(&message.data, &mut payload, flush)
                .expect("room");
            payload.truncate(payload.len() - 4);
        }
        let mut places: Vec<usize> = cuts
            .iter()
            .map(|cut| cut.index(payload.len() + 1))
            .collect();
        places.sort_unstable();
        places.insert(0, 0);
        places.push(payload.len());
        let mut opcode = if message.kind == Kind::Text {
            TEXT
        } else {
            BINARY
        };
        if *compressed {
            opcode |= RSV1;
        }
        for (index, pair) in places.windows(2).enumerate() {
            let more = if index + 2 < places.len() { MORE } else { 0 };
            bytes.extend(frame(opcode | more, &payload[pair[0]..pair[1]]));
            bytes.extend(frame(PING, b"between"));
            opcode = 0;
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_come_through(
        messages in prop::collection::vec(message(), 1..6),
        reads in prop::collection::vec(1usize..200, 1..20),
    ) {
        let limits = Limits {
            websocket_control_frames_per_second: 0,
            websocket_queue_messages: 2,
            ..Limits::default()
        };
        let mut peer = Peer::new(limits, Some(DEFLATE));
        let bytes = write(&messages);
        let mut rest = bytes.as_slice();
        for size in reads.iter().cycle() {
            let (read, after) = rest.split_at((*size).min(rest.len()));
            peer.send(read);
            rest = after;
            if rest.is_empty() {
                break;
            }
        }
        let expected: Vec<Message> = messages.into_iter().map(|planned| planned.0).collect();
        prop_assert_eq!(peer.messages, expected);
        prop_assert_eq!(peer.websocket.ended(), None);
    }
}
