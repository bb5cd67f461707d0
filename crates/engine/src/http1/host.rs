//! Hosts and ports as they stand in `Host` and in absolute targets (RFC 9112 section 3.2, RFC 3986 section 3.2.2).

use std::net::Ipv6Addr;

/// Whether the value is `host [":" port]` with a port that exists. An empty host is allowed, as the RFC has it.
///
/// Stricter than the grammar in one point: a comma, which could be read as a list, is refused.
pub(super) fn is_host(value: &[u8]) -> bool {
    match value.strip_prefix(b"[") {
        Some(literal) => is_bracketed(literal),
        None => is_named(value),
    }
}

fn is_named(mut value: &[u8]) -> bool {
    loop {
        let length = value
            .iter()
            .take_while(|&&byte| NAME[usize::from(byte)])
            .count();
        value = match &value[length..] {
            [b'%', first, second, rest @ ..] if is_escaped(*first, *second) => rest,
            port => return is_port(port),
        };
    }
}

/// Whether two digits after `%` stand for a byte; a NUL is none that a name has.
fn is_escaped(first: u8, second: u8) -> bool {
    first.is_ascii_hexdigit() && second.is_ascii_hexdigit() && (first, second) != (b'0', b'0')
}

static NAME: [bool; 256] = name_bytes();

const fn name_bytes() -> [bool; 256] {
    let mut table = [false; 256];
    let mut byte = 0u8;
    while byte < 128 {
        table[byte as usize] = byte.is_ascii_alphanumeric()
            || matches!(
                byte,
                b'-' | b'.'
                    | b'_'
                    | b'~'
                    | b'!'
                    | b'$'
                    | b'&'
                    | b'\''
                    | b'('
                    | b')'
                    | b'*'
                    | b'+'
                    | b';'
                    | b'='
            );
        byte += 1;
    }
    table
}

/// `literal` is what follows the opening bracket.
fn is_bracketed(literal: &[u8]) -> bool {
    let Some(end) = memchr::memchr(b']', literal) else {
        return false;
    };
    let (address, rest) = literal.split_at(end);
    let address = std::str::from_utf8(address).unwrap_or_default();
    address.parse::<Ipv6Addr>().is_ok() && is_port(&rest[1..])
}

/// `port` is empty, or a colon with up to five digits that make a number below 65,536.
fn is_port(port: &[u8]) -> bool {
    match port {
        [] => true,
        [b':', digits @ ..] if digits.len() <= 5 && digits.iter().all(u8::is_ascii_digit) => {
            digits
                .iter()
                .fold(0, |number, digit| number * 10 + u32::from(digit - b'0'))
                <= 65_535
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_host;

    #[test]
    fn accepted() {
        for host in [
            "",
            "x",
            "x:",
            "x:80",
            "a.b-c_d~e:65535",
            "127.0.0.1:1",
            "[::1]",
            "[::1]:8000",
            "[2001:db8::1]:",
            "%c3%A9.example:80",
        ] {
            assert!(is_host(host.as_bytes()), "{host}");
        }
    }

    #[test]
    fn refused() {
        let hosts = [
            "a b",
            "a/b",
            "u@x",
            "a,b",
            "x:99999",
            "x:65536",
            "x:080000",
            "x:8a",
            "x:1:2",
            "[::1",
            "[::1]x",
            "[]",
            "[1]",
            "[::g]",
            "[::1%25eth0]",
            "a?b",
            "a#b",
            "a\\b",
            "a\"b",
            "\u{e9}",
            "a]",
            "<x>",
            "%",
            "a%",
            "a%4",
            "a%zz",
            "a%4z:80",
            "a%00",
        ];
        for host in hosts {
            assert!(!is_host(host.as_bytes()), "{host}");
        }
    }
}
