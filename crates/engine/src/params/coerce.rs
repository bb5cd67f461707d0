//! Numbers and truth values from text, as Pydantic reads them in its lax mode.
//!
//! Each function answers only for spellings whose result is certain. `None` asks Python: the text
//! may be another spelling that Pydantic takes (`1_000`, ` 1`, `1.0` for an integer, `inf`), or
//! one that it refuses, with an error of its own wording.
//!
//! # Source
//! Pydantic 2.14; `tests/data/coerce.tsv` holds its answers.

/// Most digits that are read as an integer: every number of so many digits fits in 64 bits.
const INTEGER_DIGITS: usize = 18;

/// Longest text that is read as a float; longer ones are no numbers that a client means.
const FLOAT_BYTES: usize = 64;

/// An integer: decimal digits with or without a sign.
pub fn int(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let certain =
        digits.len() <= INTEGER_DIGITS && digits.bytes().all(|byte| byte.is_ascii_digit());
    if certain { text.parse().ok() } else { None }
}

/// A finite float: decimal digits, with or without sign, point and exponent.
pub fn float(text: &str) -> Option<f64> {
    let certain = text.len() <= FLOAT_BYTES
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'+' | b'-' | b'e' | b'E'));
    if !certain {
        return None;
    }
    let number: f64 = text.parse().ok()?;
    number.is_finite().then_some(number)
}

/// A truth value: one of Pydantic's twelve words, in upper or lower case.
pub fn boolean(text: &str) -> Option<bool> {
    const TRUE: [&str; 6] = ["true", "1", "on", "yes", "y", "t"];
    const FALSE: [&str; 6] = ["false", "0", "off", "no", "n", "f"];
    let is = |word: &&str| word.eq_ignore_ascii_case(text);
    if TRUE.iter().any(is) {
        Some(true)
    } else if FALSE.iter().any(is) {
        Some(false)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_of_up_to_eighteen_digits_are_read() {
        let rows = [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("+7", Some(7)),
            ("-0042", Some(-42)),
            ("999999999999999999", Some(999_999_999_999_999_999)),
            ("1000000000000000000", None),
            ("", None),
            ("-", None),
            ("+-1", None),
            ("1.0", None),
            ("1_0", None),
            (" 1", None),
            ("٣", None),
        ];
        for (text, expected) in rows {
            assert_eq!(int(text), expected, "{text:?}");
        }
    }

    #[test]
    fn finite_floats_are_read() {
        let rows = [
            ("1", Some(1.0)),
            ("-.5", Some(-0.5)),
            ("5.", Some(5.0)),
            ("1.e-2", Some(0.01)),
            ("1e400", None),
            ("inf", None),
            ("nan", None),
            ("e", None),
            (".", None),
            ("1_0.5", None),
            ("", None),
        ];
        for (text, expected) in rows {
            assert_eq!(float(text), expected, "{text:?}");
        }
        let zero = float("-0").expect("negative zero is a number");
        assert!(zero.is_sign_negative());
        assert_eq!(float(&"1".repeat(FLOAT_BYTES + 1)), None);
    }

    #[test]
    fn truth_values_are_words() {
        for text in ["true", "TRUE", "1", "on", "Yes", "y", "T"] {
            assert_eq!(boolean(text), Some(true), "{text}");
        }
        for text in ["false", "False", "0", "OFF", "no", "N", "f"] {
            assert_eq!(boolean(text), Some(false), "{text}");
        }
        for text in ["", "2", "01", " true", "ye", "truе"] {
            assert_eq!(boolean(text), None, "{text}");
        }
    }
}
