//! A route's pattern: text such as `/items/{item_id:int}` taken apart.

use std::error::Error;
use std::fmt;

use super::Convertor;

/// A named part of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// The name between the braces.
    pub name: String,
    /// What text the parameter takes.
    pub convertor: Convertor,
}

/// One step of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// Bytes that stand in the path as they are.
    Literal(Vec<u8>),
    /// Text that a parameter takes.
    Parameter(Convertor),
}

/// A pattern taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
    parameters: Vec<Parameter>,
}

/// A pattern that cannot be a route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatternError {
    /// The pattern is not empty and does not begin with `/`.
    NotRooted {
        /// The whole pattern.
        pattern: String,
    },
    /// No convertor of this name is built in.
    UnknownConvertor {
        /// The whole pattern.
        pattern: String,
        /// The name after the colon.
        convertor: String,
    },
    /// Two parameters have the same name.
    DuplicateParameter {
        /// The whole pattern.
        pattern: String,
        /// The name that occurs twice.
        name: String,
    },
}

impl fmt::Display for PatternError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRooted { pattern } => {
                write!(formatter, "route path {pattern:?} does not begin with '/'")
            }
            Self::UnknownConvertor { pattern, convertor } => {
                write!(
                    formatter,
                    "unknown convertor {convertor:?} in route path {pattern:?}"
                )
            }
            Self::DuplicateParameter { pattern, name } => {
                write!(
                    formatter,
                    "parameter {name:?} occurs twice in route path {pattern:?}"
                )
            }
        }
    }
}

impl Error for PatternError {}

impl Pattern {
    /// Take a pattern apart. Braces that hold no parameter name are literal text.
    ///
    /// # Errors
    /// See [`PatternError`].
    ///
    /// # Source
    /// Starlette 1.10, `compile_path`: which texts are parameters and which are refused.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        if !text.is_empty() && !text.starts_with('/') {
            return Err(PatternError::NotRooted {
                pattern: text.to_owned(),
            });
        }
        let mut pattern = Self {
            parts: Vec::new(),
            parameters: Vec::new(),
        };
        let mut rest = text;
        while let Some(placeholder) = Placeholder::first_in(rest) {
            pattern.push_literal(placeholder.before);
            pattern.push_parameter(text, &placeholder)?;
            rest = placeholder.after;
        }
        pattern.push_literal(rest);
        Ok(pattern)
    }

    /// The parameters in the order in which they occur.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    pub(super) fn parts(&self) -> &[Part] {
        &self.parts
    }

    fn push_literal(&mut self, text: &str) {
        if !text.is_empty() {
            self.parts.push(Part::Literal(text.as_bytes().to_vec()));
        }
    }

    fn push_parameter(
        &mut self,
        text: &str,
        placeholder: &Placeholder<'_>,
    ) -> Result<(), PatternError> {
        let Some(convertor) = Convertor::named(placeholder.convertor) else {
            return Err(PatternError::UnknownConvertor {
                pattern: text.to_owned(),
                convertor: placeholder.convertor.to_owned(),
            });
        };
        let name = placeholder.name.to_owned();
        if self.parameters.iter().any(|known| known.name == name) {
            return Err(PatternError::DuplicateParameter {
                pattern: text.to_owned(),
                name,
            });
        }
        self.parts.push(Part::Parameter(convertor));
        self.parameters.push(Parameter { name, convertor });
        Ok(())
    }
}

/// `{name}` or `{name:convertor}` with the text around it.
struct Placeholder<'t> {
    before: &'t str,
    name: &'t str,
    convertor: &'t str,
    after: &'t str,
}

impl<'t> Placeholder<'t> {
    fn first_in(text: &'t str) -> Option<Self> {
        text.match_indices('{').find_map(|(open, _)| {
            let (before, braced) = text.split_at(open);
            let (inside, after) = braced.strip_prefix('{')?.split_once('}')?;
            let (name, convertor) = inside.split_once(':').unwrap_or((inside, "str"));
            (is_identifier(name) && is_identifier(convertor)).then_some(Self {
                before,
                name,
                convertor,
                after,
            })
        })
    }
}

fn is_identifier(text: &str) -> bool {
    let starts_well = text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
    starts_well
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> Vec<String> {
        let pattern = Pattern::parse(text).expect("the table holds good patterns");
        pattern
            .parts()
            .iter()
            .map(|part| match part {
                Part::Literal(bytes) => String::from_utf8_lossy(bytes).into_owned(),
                Part::Parameter(convertor) => format!("<{convertor:?}>"),
            })
            .collect()
    }

    #[test]
    fn patterns_are_taken_apart() {
        let rows: &[(&str, &[&str])] = &[
            ("", &[]),
            ("/", &["/"]),
            ("/items/{id}", &["/items/", "<Str>"]),
            ("/v{n:int}/x", &["/v", "<Int>", "/x"]),
            ("/{a}{b:float}.json", &["/", "<Str>", "<Float>", ".json"]),
            ("/{a:path}/{u:uuid}", &["/", "<Path>", "/", "<Uuid>"]),
            ("/{a-b}", &["/{a-b}"]),
            ("/{a:}", &["/{a:}"]),
            ("/{1a}", &["/{1a}"]),
            ("/{}{{a}}", &["/{}{", "<Str>", "}"]),
            ("/{a:int:int}", &["/{a:int:int}"]),
            ("/{a", &["/{a"]),
            ("/{{a", &["/{{a"]),
        ];
        for (text, parts) in rows {
            assert_eq!(shape(text), *parts, "{text}");
        }
    }

    #[test]
    fn bad_patterns_are_refused_with_their_reason() {
        let rows = [
            ("items", "does not begin with '/'"),
            ("{a}", "does not begin with '/'"),
            ("/{a:real}", "unknown convertor \"real\""),
            ("/{a}/{b}/{a:int}", "parameter \"a\" occurs twice"),
        ];
        for (text, reason) in rows {
            let error = Pattern::parse(text).expect_err(text);
            assert!(error.to_string().contains(reason), "{text}: {error}");
        }
    }
}
