//! A header value of a multipart form: what is read of it, written again, is the value.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlane_engine::multipart::{Disposition, plain_boundary};

fuzz_target!(|input: &[u8]| {
    if let Some(Disposition { name, filename }) = Disposition::read(input) {
        let name = format!("; name=\"{name}\"");
        let filename = filename.map_or_else(String::new, |text| format!("; filename=\"{text}\""));
        let written = [
            format!("form-data{name}{filename}"),
            format!("form-data{filename}{name}"),
        ];
        assert!(written.iter().any(|value| value.as_bytes() == input));
    }
    if let Some(boundary) = plain_boundary(input) {
        assert_eq!(input, [b"multipart/form-data; boundary=", boundary].concat());
        assert!(!boundary.contains(&b';') && !boundary.contains(&b'"'));
    }
});
