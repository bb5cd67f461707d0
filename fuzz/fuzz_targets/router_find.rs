//! Patterns and a path, separated by NUL: the tree finds what each route alone would take.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sixlane_engine::router::{Found, ParamRanges, RouteSpec, Router};

fn spec(pattern: &str) -> RouteSpec {
    RouteSpec {
        pattern: format!("/{pattern}"),
        ..RouteSpec::default()
    }
}

/// The ranges of a route's parameters, if it matches by itself.
fn alone(spec: &RouteSpec, path: &[u8]) -> Option<ParamRanges> {
    let router = Router::build(std::slice::from_ref(spec)).ok()?;
    let mut params = ParamRanges::default();
    let found = router.find(path, "GET", 0, &mut params);
    (found == Found::Route(0)).then_some(params)
}

fuzz_target!(|input: &str| {
    let Some((patterns, path)) = input.rsplit_once('\0') else {
        return;
    };
    let path = format!("/{path}");
    let specs: Vec<RouteSpec> = patterns.split('\0').map(spec).collect();
    let Ok(router) = Router::build(&specs) else {
        return;
    };
    let mut params = ParamRanges::default();
    let found = router.find(path.as_bytes(), "GET", 0, &mut params);
    let first = specs.iter().enumerate().find_map(|(index, spec)| {
        let params = alone(spec, path.as_bytes())?;
        Some((Found::Route(index), params))
    });
    let (expected, ranges) = first.unwrap_or((Found::NotFound, ParamRanges::default()));
    assert_eq!(found, expected);
    assert_eq!(params.as_slice(), ranges.as_slice());
    for (start, end) in params.as_slice() {
        assert!(path.get(*start..*end).is_some(), "a character is cut");
    }
});
