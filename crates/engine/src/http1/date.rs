//! The `date` header, formatted at most once a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

const LINE: &[u8; LINE_LENGTH] = b"date: Thu, 01 Jan 1970 00:00:00 GMT\r\n";
const LINE_LENGTH: usize = 37;
const WEEKDAYS: [&[u8; 3]; 7] = [b"Thu", b"Fri", b"Sat", b"Sun", b"Mon", b"Tue", b"Wed"];
const MONTHS: [&[u8; 3]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
const LAST_SECOND: u64 = 253_402_300_799; // 9999-12-31 23:59:59: the format has four digits for the year

/// The current date as a header line, shared by all connections of a reactor.
///
/// The reactor calls `refresh` once per round; the engine itself never reads a clock.
#[derive(Debug)]
pub struct Date {
    second: AtomicU64,
    line: Mutex<[u8; LINE_LENGTH]>,
}

impl Date {
    /// A date that shows `now`.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        let date = Self {
            second: AtomicU64::new(0),
            line: Mutex::new(*LINE),
        };
        date.refresh(now);
        date
    }

    /// Makes the date show `now`; costs one comparison within the same second.
    pub fn refresh(&self, now: SystemTime) {
        let second = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
            .min(LAST_SECOND);
        if self.second.swap(second, Ordering::Relaxed) != second {
            *self.line.lock().unwrap_or_else(PoisonError::into_inner) = format_line(second);
        }
    }

    /// The header line with its line end.
    #[inline]
    pub(super) fn line(&self) -> [u8; LINE_LENGTH] {
        *self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn format_line(second: u64) -> [u8; LINE_LENGTH] {
    let (days, time) = (second / 86_400, second % 86_400);
    let (year, month, day) = civil_from_days(days);
    let mut line = *LINE;
    line[6..9].copy_from_slice(WEEKDAYS[(days % 7) as usize]);
    write_two_digits(&mut line, 11, day);
    line[14..17].copy_from_slice(MONTHS[(month - 1) as usize]);
    write_two_digits(&mut line, 18, year / 100);
    write_two_digits(&mut line, 20, year % 100);
    write_two_digits(&mut line, 23, time / 3600);
    write_two_digits(&mut line, 26, time / 60 % 60);
    write_two_digits(&mut line, 29, time % 60);
    line
}

fn write_two_digits(line: &mut [u8; LINE_LENGTH], at: usize, number: u64) {
    line[at] = b'0' + (number / 10 % 10) as u8;
    line[at + 1] = b'0' + (number % 10) as u8;
}

/// The Gregorian date of a day counted from 1970-01-01, by counting years from a 1 March.
fn civil_from_days(days: u64) -> (u64, u64, u64) {
    let shifted = days + 719_468; // days since 0000-03-01
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 {
        march_month + 3
    } else {
        march_month - 9
    };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn text(second: u64) -> String {
        let date = Date::new(UNIX_EPOCH + Duration::from_secs(second));
        String::from_utf8(date.line().to_vec()).unwrap()
    }

    #[test]
    fn known_dates() {
        assert_eq!(text(0), "date: Thu, 01 Jan 1970 00:00:00 GMT\r\n");
        assert_eq!(text(784_111_777), "date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
        assert_eq!(text(951_782_400), "date: Tue, 29 Feb 2000 00:00:00 GMT\r\n");
        assert_eq!(
            text(1_709_251_199),
            "date: Thu, 29 Feb 2024 23:59:59 GMT\r\n"
        );
        assert_eq!(
            text(1_735_689_599),
            "date: Tue, 31 Dec 2024 23:59:59 GMT\r\n"
        );
        assert_eq!(text(LAST_SECOND), "date: Fri, 31 Dec 9999 23:59:59 GMT\r\n");
        assert_eq!(text(LAST_SECOND + 1), text(LAST_SECOND));
    }

    #[test]
    fn refresh_moves_it() {
        let date = Date::new(UNIX_EPOCH);
        date.refresh(UNIX_EPOCH + Duration::from_secs(784_111_777));
        assert_eq!(&date.line()[..], b"date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
    }
}
