//! What holds for every text: what was encoded comes back, and no bytes cause a panic.

use proptest::prelude::*;
use sixlane_engine::params::{Lookup, coerce, cookie, header, percent, query};

/// Every byte as a percent-encoded sequence, or as it is where `plain` allows.
fn encoded(text: &str, plain: fn(u8) -> bool) -> String {
    let piece = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02x}"),
    };
    text.bytes().map(piece).collect()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn query_of(pairs: &[(String, String)]) -> String {
    let pairs = pairs
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name, is_word), encoded(value, |_| false)));
    pairs.collect::<Vec<_>>().join("&")
}

proptest! {
    #[test]
    fn encoded_text_comes_back(text in ".*") {
        for plain in [is_word, |_| false] {
            let encoded = encoded(&text, plain);
            let decoded = percent::decode(encoded.as_bytes());
            prop_assert_eq!(decoded.as_deref(), Some(text.as_str()));
        }
    }

    #[test]
    fn pairs_of_a_query_come_back(pairs in prop::collection::vec(("[a-c+é]?", ".{0,3}"), 0..6)) {
        let text = query_of(&pairs);
        let found: Option<Vec<_>> = query::pairs(text.as_bytes())
            .map(|pair| Some((pair.name()?.into_owned(), pair.value()?.into_owned())))
            .collect();
        prop_assert_eq!(found.as_ref(), Some(&pairs));
        for (name, _) in &pairs {
            let last = pairs.iter().rfind(|(known, _)| known == name);
            let last = last.map(|(_, value)| Lookup::Text(value.into()));
            prop_assert_eq!(Some(query::last(text.as_bytes(), name)), last);
        }
    }

    #[test]
    fn cookies_come_back(cookies in prop::collection::btree_map("[a-c]{1,2}", "[a-z=]{0,3}", 0..5)) {
        let pieces: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let text = pieces.join("; ");
        for (name, value) in &cookies {
            prop_assert_eq!(cookie::get(text.as_bytes(), name), Lookup::Text(value.into()));
        }
    }

    #[test]
    fn numbers_come_back(integer in -999_999_999_999_999_999_i64..1_000_000_000_000_000_000,
                         float in prop::num::f64::NORMAL | prop::num::f64::ZERO) {
        prop_assert_eq!(coerce::int(&integer.to_string()), Some(integer));
        prop_assert_eq!(coerce::float(&format!("{float:e}")), Some(float));
    }

    #[test]
    fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>, name in ".{0,3}") {
        let _ = percent::decode(&bytes);
        let _ = percent::decode_query(&bytes);
        let all = query::all(&bytes, &name).last();
        match query::last(&bytes, &name) {
            Lookup::Missing => prop_assert_eq!(all, None),
            Lookup::Text(value) => prop_assert_eq!(all, Some(Some(value))),
            Lookup::AskPython => prop_assert!(query::all(&bytes, &name).any(|item| item.is_none())),
        }
        let _ = cookie::get(&bytes, &name);
        prop_assert_eq!(header::latin1(&bytes).chars().count(), bytes.len());
    }
}
