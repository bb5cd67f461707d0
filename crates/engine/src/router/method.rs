//! Request methods as bits, so that a route's methods are compared in one instruction.

/// The methods of RFC 9110 section 9 and RFC 5789; their places give their bits.
const STANDARD: [&str; 9] = [
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT",
];

/// The method of a request, looked up once per search.
#[derive(Debug, Clone, Copy)]
pub(super) struct RequestMethod<'m> {
    bit: u16,
    name: &'m str,
}

impl<'m> RequestMethod<'m> {
    pub(super) fn new(name: &'m str) -> Self {
        Self {
            bit: bit(name),
            name,
        }
    }
}

/// The methods of one route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum MethodSet {
    Any,
    Listed { bits: u16, others: Vec<String> },
}

impl MethodSet {
    pub(super) fn new(names: &[String]) -> Self {
        if names.is_empty() {
            return Self::Any;
        }
        let bits = names.iter().fold(0, |bits, name| bits | bit(name));
        let others = names.iter().filter(|name| bit(name) == 0);
        Self::Listed {
            bits,
            others: others.cloned().collect(),
        }
    }

    pub(super) fn contains(&self, method: RequestMethod<'_>) -> bool {
        match self {
            Self::Any => true,
            Self::Listed { bits, .. } if method.bit != 0 => bits & method.bit != 0,
            Self::Listed { others, .. } => others.iter().any(|name| name == method.name),
        }
    }
}

/// The bit of a standard method, 0 for any other; names are case-sensitive.
fn bit(name: &str) -> u16 {
    let place = STANDARD.iter().position(|standard| *standard == name);
    place.map_or(0, |place| 1 << place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contains(names: &[&str], method: &str) -> bool {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        MethodSet::new(&names).contains(RequestMethod::new(method))
    }

    #[test]
    fn methods_are_compared_by_their_exact_names() {
        for method in STANDARD {
            assert!(contains(&[method], method), "{method}");
            assert!(contains(&[], method), "{method}");
            assert!(!contains(&["PURGE"], method), "{method}");
            assert!(!contains(&[method], "PURGE"), "{method}");
        }
        assert!(contains(&["GET", "PURGE"], "PURGE"));
        assert!(contains(&["PURGE", "POST"], "POST"));
        assert!(!contains(&["GET"], "get"));
        assert!(!contains(&["GET"], ""));
    }
}
