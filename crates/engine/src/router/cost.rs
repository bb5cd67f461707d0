//! What a search costs, counted in visited nodes: time would depend on the machine.

use super::{Found, ParamRanges, RouteSpec, Router};

fn router(patterns: impl IntoIterator<Item = String>) -> Router {
    let specs: Vec<RouteSpec> = patterns
        .into_iter()
        .map(|pattern| RouteSpec {
            pattern,
            methods: vec!["GET".to_owned()],
            opaque: false,
        })
        .collect();
    Router::build(&specs).expect("the patterns are good")
}

fn visits(router: &Router, path: &str) -> (Found, usize) {
    let mut params = ParamRanges::default();
    let found = router.find(path.as_bytes(), "GET", 0, &mut params);
    (found, params.visits)
}

#[test]
fn the_last_of_five_hundred_routes_costs_what_the_first_costs() {
    let router = router((0..500).map(|number| format!("/r{number:03}/{{id}}/x")));
    for number in 0..500 {
        let (found, visits) = visits(&router, &format!("/r{number:03}/some-id/x"));
        assert_eq!(found, Found::Route(number));
        // Root, "/r", three digits, the parameter, "/x".
        assert!(visits <= 7, "{number}: {visits}");
    }
    assert!(visits(&router, "/r500/some-id/x").1 <= 7);
}

#[test]
fn a_better_match_spares_the_other_branches() {
    let ahead = ["/me".to_owned()].into_iter();
    let router = router(ahead.chain((0..100).map(|number| format!("/{{id}}/{number}"))));
    assert_eq!(visits(&router, "/me"), (Found::Route(0), 3));
}

#[test]
fn a_search_is_linear_where_an_expression_would_be_cubic() {
    /// Each may be followed to each place of the path once, with the text behind it.
    const PARAMETERS: usize = 14;
    let patterns = [
        "/{a}-{b}-{c}-{d}!",
        "/{a:path}-{b:path}-{c:path}!",
        "/{a}{b}{c:int}{d:float}!",
        "/{a}{u:uuid}{b:float}!",
    ];
    let router = router(patterns.map(str::to_owned));
    for piece in ["-", "1", "1.", "1-", "a", "é", "0123456789abcdef"] {
        let path = format!("/{}", piece.repeat(4000 / piece.len()));
        let (found, visits) = visits(&router, &path);
        assert_eq!(found, Found::NotFound, "{piece}");
        assert!(visits <= 2 * PARAMETERS * path.len(), "{piece}: {visits}");
    }
}
