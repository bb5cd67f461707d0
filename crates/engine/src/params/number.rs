//! Numbers in JSON text that are read in more than one way.

/// The digits of the least whole number that is greater than every double (1.8e308).
const OVERFLOWING_DIGITS: usize = 309;

/// Whether so many digits stand in a row that a whole number of them may be greater than every double: a float for
/// some readers (infinity), and none for Python, which keeps whole numbers apart.
#[must_use]
pub fn may_overflow(text: &[u8]) -> bool {
    // A longer row than this step covers at least one of the places that are looked at.
    let step = OVERFLOWING_DIGITS / 2;
    (step..text.len()).step_by(step).any(|place| {
        let (before, after) = text.split_at(place);
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        after.iter().take_while(is_digit).count() > 0
            && before.iter().rev().take_while(is_digit).count()
                + after.iter().take_while(is_digit).count()
                >= OVERFLOWING_DIGITS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_digits_are_found_wherever_they_are() {
        for count in [
            OVERFLOWING_DIGITS - 1,
            OVERFLOWING_DIGITS,
            OVERFLOWING_DIGITS + 1,
            4_300,
        ] {
            for before in 0..400 {
                let text = [vec![b'['; before], vec![b'9'; count], vec![b']'; 7]].concat();
                assert_eq!(
                    may_overflow(&text),
                    count >= OVERFLOWING_DIGITS,
                    "{before} {count}"
                );
            }
        }
        assert!(!may_overflow(b""));
        assert!(!may_overflow(&b"123,".repeat(1_000)));
    }
}
