//! The parameters of the header lines that multipart forms need, in their plain form.
//!
//! What is not plain (escapes, other parameters, other quoting) is left to whoever reads all of the grammar.

/// What a part's `content-disposition` says (RFC 7578 section 4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disposition<'h> {
    /// The field's name.
    pub name: &'h str,
    /// The file's name, where the part is one.
    pub filename: Option<&'h str>,
}

impl<'h> Disposition<'h> {
    /// Reads `form-data; name="..."`, with `filename="..."` or without; None where it is anything else.
    #[must_use]
    pub fn read(value: &'h [u8]) -> Option<Self> {
        let mut rest = value.strip_prefix(b"form-data")?;
        let (mut name, mut filename) = (None, None);
        while !rest.is_empty() {
            rest = rest.strip_prefix(b"; ")?;
            let (wanted, after) = match rest.strip_prefix(b"name=\"") {
                Some(after) => (&mut name, after),
                None => (&mut filename, rest.strip_prefix(b"filename=\"")?),
            };
            let length = memchr::memchr(b'"', after)?;
            let (text, quote) = after.split_at_checked(length)?;
            if wanted.is_some() || text.contains(&b'\\') {
                return None;
            }
            *wanted = Some(std::str::from_utf8(text).ok()?);
            rest = quote.get(1..)?;
        }
        Some(Self {
            name: name?,
            filename,
        })
    }
}

/// The boundary in `multipart/form-data; boundary=...`, a token; None where the content type is anything else.
#[must_use]
pub fn plain_boundary(content_type: &[u8]) -> Option<&[u8]> {
    let boundary = content_type.strip_prefix(b"multipart/form-data; boundary=")?;
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    (!boundary.is_empty() && boundary.iter().all(is_plain)).then_some(boundary)
}
