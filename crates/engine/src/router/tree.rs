//! The radix tree of all routes: shared literal prefixes are stored once.

use super::method::MethodSet;
use super::pattern::{Part, Pattern};
use super::{Convertor, RouteSpec};

/// A route at the node at which its pattern ends.
#[derive(Debug)]
pub(super) struct Endpoint {
    pub(super) index: usize,
    pub(super) methods: MethodSet,
    pub(super) opaque: bool,
}

impl Endpoint {
    pub(super) fn new(index: usize, spec: &RouteSpec) -> Self {
        Self {
            index,
            methods: MethodSet::new(&spec.methods),
            opaque: spec.opaque,
        }
    }
}

/// What follows a common beginning of patterns.
#[derive(Debug, Default)]
pub(super) struct Node {
    /// Bytes that the path must have where the node is entered.
    pub(super) literal: Vec<u8>,
    /// Lowest route index at or below the node: a search that has a better one skips the node.
    pub(super) lowest: usize,
    /// Routes whose patterns end here, in the order of their indexes.
    pub(super) endpoints: Vec<Endpoint>,
    /// First byte of each literal child, in the order of `children`; no two are the same.
    pub(super) first_bytes: Vec<u8>,
    pub(super) children: Vec<Self>,
    pub(super) parameters: Vec<ParameterEdge>,
}

/// A parameter and what follows it.
#[derive(Debug)]
pub(super) struct ParameterEdge {
    pub(super) convertor: Convertor,
    /// Whether shorter texts than the longest have to be tried, as in `{a}-{b}`.
    pub(super) gives_back: bool,
    /// Place in [`ParamRanges::lowest_ends`](super::ParamRanges), for an edge that gives text
    /// back and for all below it: only these are followed from several starts in one search.
    pub(super) repeated: Option<usize>,
    pub(super) node: Node,
}

/// The tree with what a search needs to know of it beforehand.
#[derive(Debug, Default)]
pub(super) struct Tree {
    pub(super) root: Node,
    /// Number of edges that are `repeated`.
    pub(super) repeated_edges: usize,
    /// Most parameters of any route.
    pub(super) most_parameters: usize,
}

impl Tree {
    /// Add a route; indexes must come in ascending order.
    pub(super) fn insert(&mut self, pattern: &Pattern, endpoint: Endpoint) {
        let parts = pattern.parts();
        let mut node = &mut self.root;
        let mut repeats = false;
        for (place, part) in parts.iter().enumerate() {
            node = match part {
                Part::Literal(literal) => node.literal_child(literal, endpoint.index),
                Part::Parameter(convertor) => {
                    let gives_back = gives_back(*convertor, parts.get(place + 1));
                    repeats |= gives_back;
                    let edge = node.parameter_edge(*convertor, gives_back, endpoint.index);
                    if repeats && edge.repeated.is_none() {
                        edge.repeated = Some(self.repeated_edges);
                        self.repeated_edges += 1;
                    }
                    &mut edge.node
                }
            };
        }
        node.endpoints.push(endpoint);
        self.most_parameters = self.most_parameters.max(pattern.parameters().len());
    }
}

/// Whether a parameter may have to take less than it could, so that `next` finds its text.
fn gives_back(convertor: Convertor, next: Option<&Part>) -> bool {
    match next {
        None => !convertor.ends_at_once(None),
        Some(Part::Literal(literal)) => !convertor.ends_at_once(literal.first().copied()),
        Some(Part::Parameter(_)) => convertor != Convertor::Uuid,
    }
}

impl Node {
    fn new(literal: &[u8], lowest: usize) -> Self {
        Self {
            literal: literal.to_vec(),
            lowest,
            ..Self::default()
        }
    }

    /// The node below this one at the end of `literal`, made where it is missing.
    fn literal_child(&mut self, literal: &[u8], index: usize) -> &mut Self {
        let Some(first) = literal.first() else {
            return self;
        };
        let place = match self.first_bytes.iter().position(|byte| byte == first) {
            Some(place) => place,
            None => {
                self.first_bytes.push(*first);
                self.children.push(Self::new(literal, index));
                self.children.len() - 1
            }
        };
        let child = self
            .children
            .get_mut(place)
            .expect("first_bytes and children are parallel");
        let shared = shared_prefix(&child.literal, literal);
        if shared < child.literal.len() {
            child.split(shared);
        }
        let rest = literal.get(shared..).unwrap_or_default();
        child.literal_child(rest, index)
    }

    /// Move all but the first `length` bytes of the literal, and what follows, into a child.
    fn split(&mut self, length: usize) {
        let rest = self.literal.split_off(length);
        let above = Self::new(&self.literal, self.lowest);
        let mut below = std::mem::replace(self, above);
        self.first_bytes.extend(rest.first());
        below.literal = rest;
        self.children.push(below);
    }

    /// Whether what follows a parameter can begin with this byte; cheaper than looking.
    pub(super) fn may_begin_with(&self, byte: Option<&u8>) -> bool {
        match byte {
            Some(byte) if self.parameters.is_empty() => self.first_bytes.contains(byte),
            _ => true,
        }
    }

    fn parameter_edge(
        &mut self,
        convertor: Convertor,
        gives_back: bool,
        index: usize,
    ) -> &mut ParameterEdge {
        let known = self
            .parameters
            .iter()
            .position(|edge| edge.convertor == convertor && edge.gives_back == gives_back);
        let place = known.unwrap_or_else(|| {
            self.parameters.push(ParameterEdge {
                convertor,
                gives_back,
                repeated: None,
                node: Self::new(b"", index),
            });
            self.parameters.len() - 1
        });
        self.parameters
            .get_mut(place)
            .expect("the place was found or made above")
    }
}

fn shared_prefix(left: &[u8], right: &[u8]) -> usize {
    let pairs = left.iter().zip(right);
    pairs.take_while(|(left, right)| left == right).count()
}
