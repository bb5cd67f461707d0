//! A search through the tree for the first registered route that matches.

use super::Router;
use super::method::RequestMethod;
use super::tree::{Endpoint, Node, ParameterEdge};
use crate::scan;

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Path and method match the route of this index.
    Route(usize),
    /// The opaque route of this index comes first; if it declines, search on from the next index.
    Opaque(usize),
    /// Only paths match; the index is that of the first such route.
    MethodNotAllowed(usize),
    /// No path matches.
    NotFound,
}

/// Where the parameters of the found route lie in the path, and the working memory of searches.
/// Reused from search to search, it does not allocate.
#[derive(Debug, Clone, Default)]
pub struct ParamRanges {
    ranges: Vec<(usize, usize)>,
    /// Ranges on the way from the root to the node being looked at.
    current: Vec<(usize, usize)>,
    /// Lowest end tried so far of each parameter that can be reached from several starts.
    ///
    /// Starts come in descending order, and what a convertor takes from a lower start either ends
    /// where it ended before or lies wholly before it (a UUID, having exactly 32 digits, always
    /// ends earlier). So every end from here upwards has been tried, and a search is linear in
    /// the path even where an expression would go back and forth.
    lowest_ends: Vec<usize>,
    /// Nodes looked at in the last search.
    #[cfg(test)]
    pub(super) visits: usize,
}

impl ParamRanges {
    /// Start and end in bytes of each parameter, in the order in which the pattern names them.
    pub fn as_slice(&self) -> &[(usize, usize)] {
        &self.ranges
    }

    fn prepare(&mut self, router: &Router) {
        self.ranges.clear();
        self.ranges.reserve(router.tree.most_parameters);
        self.current.clear();
        self.current.reserve(router.tree.most_parameters);
        self.lowest_ends.clear();
        self.lowest_ends
            .resize(router.tree.repeated_edges, usize::MAX);
        #[cfg(test)]
        {
            self.visits = 0;
        }
    }
}

impl Router {
    /// Find the first registered route for a path and a method.
    ///
    /// `path` is percent-decoded UTF-8. Routes below `start` cannot win any more, but count for
    /// [`Found::MethodNotAllowed`]: a search that goes on after an opaque route declined gives
    /// what one search without that route would have given. `params` holds the ranges of the
    /// route that is returned, whichever way it was found.
    ///
    /// Cost: proportional to the path's length, whatever the number of routes, as long as no
    /// two patterns match the same path; patterns that do cost one walk each.
    pub fn find(&self, path: &[u8], method: &str, start: usize, params: &mut ParamRanges) -> Found {
        let method = RequestMethod::new(method);
        let mut search = Search::new(self, path, Goal::Method { method, start }, params);
        search.enter(&self.tree.root, 0);
        if let Some(found) = search.found {
            return found;
        }
        let Some(index) = search.path_only else {
            return Found::NotFound;
        };
        Search::new(self, path, Goal::Index(index), params).enter(&self.tree.root, 0);
        Found::MethodNotAllowed(index)
    }
}

/// What ends a search.
#[derive(Debug, Clone, Copy)]
enum Goal<'m> {
    /// The first route of this method whose index is at least `start`.
    Method {
        method: RequestMethod<'m>,
        start: usize,
    },
    /// The route of this index, for its ranges.
    Index(usize),
}

struct Search<'s> {
    path: &'s [u8],
    goal: Goal<'s>,
    /// Index of `found`, or the highest number.
    best: usize,
    found: Option<Found>,
    path_only: Option<usize>,
    params: &'s mut ParamRanges,
}

impl<'s> Search<'s> {
    fn new(router: &Router, path: &'s [u8], goal: Goal<'s>, params: &'s mut ParamRanges) -> Self {
        params.prepare(router);
        Self {
            path,
            goal,
            best: usize::MAX,
            found: None,
            path_only: None,
            params,
        }
    }

    /// Look at a node whose literal must lie at `position`, and at all below it.
    fn enter(&mut self, node: &Node, position: usize) {
        #[cfg(test)]
        {
            self.params.visits += 1;
        }
        if node.lowest >= self.best {
            return;
        }
        let rest = self.path.get(position..).unwrap_or_default();
        let Some(rest) = rest.strip_prefix(node.literal.as_slice()) else {
            return;
        };
        let position = position + node.literal.len();
        // Python's "$" also matches before a newline that ends the text.
        if rest.is_empty() || rest == b"\n" {
            self.accept(&node.endpoints);
        }
        if let Some(first) = rest.first() {
            let place = scan::find(*first, &node.first_bytes);
            if let Some(child) = place.and_then(|place| node.children.get(place)) {
                self.enter(child, position);
            }
        }
        for edge in &node.parameters {
            self.follow(edge, position);
        }
    }

    /// Try the texts that a parameter can take from `start`, longest first.
    fn follow(&mut self, edge: &ParameterEdge, start: usize) {
        if edge.node.lowest >= self.best {
            return;
        }
        let untried = edge
            .repeated
            .and_then(|place| self.params.lowest_ends.get(place));
        let untried = untried.copied().unwrap_or(usize::MAX);
        // What lies behind was read from an earlier start.
        let unread = self.path.get(..untried).unwrap_or(self.path);
        let Some(longest) = edge.convertor.longest_end(unread, start) else {
            return;
        };
        if edge.gives_back {
            self.give_back(edge, start, untried.min(longest + 1));
        } else if longest < untried {
            self.take(edge, start, longest);
            self.note_lowest(edge, longest);
        }
    }

    /// Try the ends below `bound`, highest first.
    fn give_back(&mut self, edge: &ParameterEdge, start: usize, mut bound: usize) {
        while let Some(end) = edge.convertor.end_below(self.path, start, bound) {
            bound = end;
            if !edge.node.may_begin_with(self.path.get(end)) {
                continue;
            }
            self.take(edge, start, end);
            if edge.node.lowest >= self.best {
                return;
            }
        }
        self.note_lowest(edge, bound);
    }

    fn take(&mut self, edge: &ParameterEdge, start: usize, end: usize) {
        self.params.current.push((start, end));
        self.enter(&edge.node, end);
        self.params.current.pop();
    }

    fn note_lowest(&mut self, edge: &ParameterEdge, end: usize) {
        if let Some(lowest) = edge
            .repeated
            .and_then(|place| self.params.lowest_ends.get_mut(place))
        {
            *lowest = end;
        }
    }

    /// The path matches the patterns of these routes.
    fn accept(&mut self, endpoints: &[Endpoint]) {
        for endpoint in endpoints {
            if endpoint.index >= self.best {
                return;
            }
            if let Some(found) = self.judge(endpoint) {
                self.best = endpoint.index;
                self.found = Some(found);
                self.params.ranges.clear();
                self.params.ranges.extend_from_slice(&self.params.current);
                return;
            }
        }
    }

    fn judge(&mut self, endpoint: &Endpoint) -> Option<Found> {
        let index = endpoint.index;
        match self.goal {
            Goal::Index(wanted) => (index == wanted).then_some(Found::MethodNotAllowed(index)),
            Goal::Method { start, .. } if endpoint.opaque => {
                (index >= start).then_some(Found::Opaque(index))
            }
            Goal::Method { method, start } if endpoint.methods.contains(method) => {
                (index >= start).then_some(Found::Route(index))
            }
            Goal::Method { .. } => {
                let earlier = self.path_only.is_none_or(|first| index < first);
                self.path_only = if earlier { Some(index) } else { self.path_only };
                None
            }
        }
    }
}
