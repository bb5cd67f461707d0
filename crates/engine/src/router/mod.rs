//! Routing: which registered route a path and a method belong to.
//!
//! Routes are compared in the order in which they were registered, as Starlette does: the first
//! one whose path and method match wins, and the first whose path alone matches is remembered
//! for "405 Method Not Allowed". The order is kept by a radix tree, which finds the
//! winner without looking at the other routes.
//!
//! `pattern` (text to parts) -> `tree` (parts to a radix tree) -> `find` (a path through it).

mod convertor;
#[cfg(test)]
mod cost;
mod find;
mod method;
mod pattern;
mod tree;

pub use convertor::Convertor;
pub use find::{Found, ParamRanges};
pub use pattern::{Parameter, Pattern, PatternError};

use tree::{Endpoint, Tree};

/// One route as it is registered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RouteSpec {
    /// Path with parameters, such as `/items/{item_id:int}`.
    pub pattern: String,
    /// Upper-case method names; empty means any method.
    pub methods: Vec<String>,
    /// Whether the caller decides if the route really matches: `methods` is then not looked at,
    /// and the pattern only has to match every path that the route could want.
    pub opaque: bool,
}

/// All routes of an application, ready to be searched.
#[derive(Debug, Default)]
pub struct Router {
    tree: Tree,
    patterns: Vec<Pattern>,
}

impl Router {
    /// Compile the routes; a route's place in `specs` is its index from then on.
    ///
    /// # Errors
    /// The first pattern that Starlette would refuse, see [`PatternError`].
    pub fn build(specs: &[RouteSpec]) -> Result<Self, PatternError> {
        let mut router = Self::default();
        for (index, spec) in specs.iter().enumerate() {
            let pattern = Pattern::parse(&spec.pattern)?;
            router.tree.insert(&pattern, Endpoint::new(index, spec));
            router.patterns.push(pattern);
        }
        Ok(router)
    }

    /// The parameters of a route in the order in which its pattern names them.
    pub fn parameters(&self, index: usize) -> &[Parameter] {
        self.patterns.get(index).map_or(&[], Pattern::parameters)
    }
}
