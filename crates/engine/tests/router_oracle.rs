//! The router beside the naive search that Starlette makes: one regular expression after another.

use proptest::prelude::*;
use proptest::sample::select;
use regex::Regex;
use sixlane_engine::router::{Found, ParamRanges, RouteSpec, Router};

/// Starlette's expression for each convertor.
const CONVERTORS: [(&str, &str); 5] = [
    ("str", "[^/]+"),
    ("path", ".*"),
    ("int", "[0-9]+"),
    ("float", r"[0-9]+(?:\.[0-9]+)?"),
    (
        "uuid",
        "[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
    ),
];

/// Texts that patterns and paths are put together from, so that they often meet.
const TEXTS: [&str; 14] = [
    "/", "/", "/", "/a", "/ab", "a", "b", "-", ".", "1", "12", "é", "ê", "\n",
];

/// UUIDs, and text that almost is one.
const UUIDS: [&str; 5] = [
    "00112233445566778899aabbccddeeff",
    "00112233-4455-6677-8899-aabbccddeeff",
    "001122334455-66778899AABBCCDDEEFF1",
    "00112233-4455-6677-8899-aabbccddee",
    "1.5",
];

const METHODS: [&str; 4] = ["GET", "POST", "PURGE", "LINK"];

/// A part of a pattern: literal text, or the place of a convertor.
#[derive(Debug, Clone)]
enum Part {
    Literal(&'static str),
    Parameter(usize),
}

#[derive(Debug, Clone)]
struct Route {
    parts: Vec<Part>,
    methods: Vec<String>,
    opaque: bool,
}

impl Route {
    fn spec(&self) -> RouteSpec {
        let mut pattern = "/".to_owned();
        for (place, part) in self.parts.iter().enumerate() {
            match part {
                Part::Literal(text) => pattern.push_str(text),
                Part::Parameter(kind) => {
                    pattern.push_str(&format!("{{p{place}:{}}}", CONVERTORS[*kind].0));
                }
            }
        }
        RouteSpec {
            pattern,
            methods: self.methods.clone(),
            opaque: self.opaque,
        }
    }

    /// The whole path, with Python's reading of "$": a final newline may be left over.
    fn regex(&self) -> Regex {
        let mut text = "^/".to_owned();
        for part in &self.parts {
            match part {
                Part::Literal(literal) => text.push_str(&regex::escape(literal)),
                Part::Parameter(kind) => text.push_str(&format!("({})", CONVERTORS[*kind].1)),
            }
        }
        Regex::new(&(text + "\n?$")).expect("the parts are good expressions")
    }
}

/// Routes with their expressions.
struct Table<'r> {
    routes: &'r [Route],
    regexes: Vec<Regex>,
}

impl<'r> Table<'r> {
    fn new(routes: &'r [Route]) -> Self {
        let regexes = routes.iter().map(Route::regex).collect();
        Self { routes, regexes }
    }

    /// What trying all routes in their order gives, with the ranges of the parameters.
    fn find(&self, path: &str, method: &str, start: usize) -> (Found, Vec<(usize, usize)>) {
        let mut path_only = None;
        for (index, (route, regex)) in self.routes.iter().zip(&self.regexes).enumerate() {
            let Some(captures) = regex.captures(path) else {
                continue;
            };
            let groups = captures.iter().skip(1).flatten();
            let ranges = groups.map(|group| (group.start(), group.end())).collect();
            let any_method = route.methods.is_empty();
            if route.opaque {
                if index >= start {
                    return (Found::Opaque(index), ranges);
                }
            } else if any_method || route.methods.iter().any(|name| name == method) {
                if index >= start {
                    return (Found::Route(index), ranges);
                }
            } else if path_only.is_none() {
                path_only = Some((Found::MethodNotAllowed(index), ranges));
            }
        }
        path_only.unwrap_or((Found::NotFound, Vec::new()))
    }
}

fn part() -> impl Strategy<Value = Part> {
    prop_oneof![
        3 => select(&TEXTS[..]).prop_map(Part::Literal),
        2 => (0..CONVERTORS.len()).prop_map(Part::Parameter),
        1 => Just(Part::Parameter(0)),
    ]
}

fn route() -> impl Strategy<Value = Route> {
    let methods = prop::collection::vec(select(&METHODS[..3]).prop_map(str::to_owned), 0..3);
    let parts = prop::collection::vec(part(), 0..7);
    (parts, methods, prop::bool::weighted(0.1)).prop_map(|(parts, methods, opaque)| Route {
        parts,
        methods,
        opaque,
    })
}

/// A path that follows one of the routes, or no route at all.
fn path(routes: &[Route]) -> impl Strategy<Value = String> + use<> {
    let free = prop::collection::vec(select(&TEXTS[..]), 0..8).prop_map(|texts| texts.concat());
    let route = select(routes.to_vec());
    let fillings = prop::collection::vec(filling(), 8);
    let tail = select(&["", "", "", "\n", "/", "a"][..]);
    let followed = (route, fillings, tail).prop_map(|(route, fillings, tail)| {
        let parts = route.parts.iter().zip(&fillings);
        let texts = parts.map(|(part, filling)| match part {
            Part::Literal(text) => text,
            Part::Parameter(_) => filling.as_str(),
        });
        texts.collect::<String>() + tail
    });
    prop_oneof![1 => free, 3 => followed].prop_map(|rest| format!("/{rest}"))
}

fn filling() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(select(&TEXTS[4..]), 1..4).prop_map(|texts| texts.concat()),
        1 => prop::collection::vec(select(&TEXTS[..]), 0..4).prop_map(|texts| texts.concat()),
        1 => select(&UUIDS[..]).prop_map(str::to_owned),
    ]
}

fn table_and_paths() -> impl Strategy<Value = (Vec<Route>, Vec<String>)> {
    prop::collection::vec(route(), 1..10).prop_flat_map(|routes| {
        let paths = prop::collection::vec(path(&routes), 1..24);
        (Just(routes), paths)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn the_tree_finds_what_trying_every_route_finds(
        (routes, paths) in table_and_paths(),
        method in select(&METHODS[..]),
        start in prop_oneof![3 => Just(0_usize), 1 => 0_usize..10],
    ) {
        let specs: Vec<RouteSpec> = routes.iter().map(Route::spec).collect();
        let router = Router::build(&specs).expect("the patterns are good");
        let table = Table::new(&routes);
        let mut params = ParamRanges::default();
        for path in &paths {
            let found = router.find(path.as_bytes(), method, start, &mut params);
            let (expected, ranges) = table.find(path, method, start);
            prop_assert_eq!(found, expected, "{:?}", path);
            prop_assert_eq!(params.as_slice(), ranges, "{:?}", path);
        }
    }

    #[test]
    fn any_bytes_are_searched_without_a_panic(
        routes in prop::collection::vec(route(), 1..6),
        path in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let specs: Vec<RouteSpec> = routes.iter().map(Route::spec).collect();
        let router = Router::build(&specs).expect("the patterns are good");
        let mut params = ParamRanges::default();
        router.find(&path, "GET", 0, &mut params);
        for (start, end) in params.as_slice() {
            prop_assert!(path.get(*start..*end).is_some());
        }
    }
}
