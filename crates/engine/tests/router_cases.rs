//! Routing by tables: routes, a request, and what Starlette finds for it.

use sixlane_engine::router::{Found, ParamRanges, RouteSpec, Router};

/// Routes written as `METHOD,METHOD /pattern`, `* /pattern` (any method) or `? /pattern` (opaque).
fn router(lines: &[&str]) -> Router {
    let specs: Vec<RouteSpec> = lines.iter().map(|line| route(line)).collect();
    Router::build(&specs).expect("the table holds good patterns")
}

fn route(line: &str) -> RouteSpec {
    let (methods, pattern) = line.split_once(' ').expect("methods and a pattern");
    let methods: Vec<String> = match methods {
        "*" | "?" => Vec::new(),
        names => names.split(',').map(str::to_owned).collect(),
    };
    RouteSpec {
        pattern: pattern.to_owned(),
        opaque: line.starts_with('?'),
        methods,
    }
}

/// The answer and the parameters' texts.
fn find(router: &Router, method: &str, path: &str) -> (Found, Vec<String>) {
    let mut params = ParamRanges::default();
    let found = router.find(path.as_bytes(), method, 0, &mut params);
    let texts = params.as_slice().iter();
    let texts = texts.map(|(start, end)| path[*start..*end].to_owned());
    (found, texts.collect())
}

fn assert_table(router: &Router, rows: &[(&str, &str, Found, &[&str])]) {
    for (method, path, found, params) in rows {
        let (actual, texts) = find(router, method, path);
        assert_eq!(actual, *found, "{method} {path:?}");
        assert_eq!(texts, *params, "{method} {path:?}");
    }
}

#[test]
fn the_first_registered_match_wins() {
    let router = router(&[
        "GET /users/{id}",
        "GET /users/me",
        "GET /items/all",
        "GET /items/{id:int}",
        "GET /items/{id}",
        "GET /items/all",
        "GET /{rest:path}",
    ]);
    assert_table(
        &router,
        &[
            ("GET", "/users/me", Found::Route(0), &["me"]),
            ("GET", "/items/all", Found::Route(2), &[]),
            ("GET", "/items/12", Found::Route(3), &["12"]),
            ("GET", "/items/a12", Found::Route(4), &["a12"]),
            ("GET", "/items/a/b", Found::Route(6), &["items/a/b"]),
            ("GET", "/", Found::Route(6), &[""]),
            ("GET", "", Found::NotFound, &[]),
        ],
    );
}

#[test]
fn the_first_path_match_is_remembered_for_405() {
    let router = router(&[
        "POST /a/{x}",
        "PUT,PURGE /a/b",
        "GET /a/{y:int}",
        "* /c",
        "GET /c",
    ]);
    assert_table(
        &router,
        &[
            ("PUT", "/a/b", Found::Route(1), &[]),
            ("PURGE", "/a/b", Found::Route(1), &[]),
            ("GET", "/a/b", Found::MethodNotAllowed(0), &["b"]),
            ("LINK", "/a/b", Found::MethodNotAllowed(0), &["b"]),
            ("GET", "/a/1", Found::Route(2), &["1"]),
            ("GET", "/c", Found::Route(3), &[]),
            ("HEAD", "/c", Found::Route(3), &[]),
        ],
    );
}

#[test]
fn parameters_may_have_text_around_them() {
    let router = router(&[
        "* /v{n:int}/x",
        "* /files/{name}.json",
        "* /files/{name}.{kind}",
        "* /pair/{a}-{b}",
        "* /glued/{a}{b}",
        "* /number/{a}{n:int}",
        "* /float/{n:float}.5",
        "* /raw/{p:path}/end/{q}",
        "* /{u:uuid}",
    ]);
    let uuid = "00112233-4455-6677-8899-aabbccddeeff";
    let rows: &[(&str, usize, &[&str])] = &[
        ("/v12/x", 0, &["12"]),
        ("/files/a.b.json", 1, &["a.b"]),
        ("/files/a.b.c", 2, &["a.b", "c"]),
        ("/pair/a-b-c", 3, &["a-b", "c"]),
        ("/pair/---", 3, &["-", "-"]),
        ("/glued/abé", 4, &["ab", "é"]),
        ("/glued/éé", 4, &["é", "é"]),
        ("/number/a12", 5, &["a1", "2"]),
        ("/float/1.5", 6, &["1"]),
        ("/float/1.2.5", 6, &["1.2"]),
        ("/raw/a/end/b/end/c", 7, &["a/end/b", "c"]),
        ("/raw//end/c", 7, &["", "c"]),
    ];
    for (path, index, params) in rows {
        let (found, texts) = find(&router, "GET", path);
        assert_eq!(
            (found, texts.as_slice()),
            (Found::Route(*index), &*to_owned(params)),
            "{path}"
        );
    }
    assert_table(
        &router,
        &[
            ("GET", &format!("/{uuid}"), Found::Route(8), &[uuid]),
            ("GET", &format!("/{uuid}0"), Found::NotFound, &[]),
            ("GET", "/files/.json", Found::NotFound, &[]),
            ("GET", "/glued/é", Found::NotFound, &[]),
            ("GET", "/pair/--", Found::NotFound, &[]),
        ],
    );
}

fn to_owned(texts: &[&str]) -> Vec<String> {
    texts.iter().map(ToString::to_string).collect()
}

#[test]
fn a_final_newline_is_passed_over_as_in_python() {
    let router = router(&["* /x", "* /s/{a}", "* /p/{a:path}", "* /n/{a:int}"]);
    assert_table(
        &router,
        &[
            ("GET", "/x\n", Found::Route(0), &[]),
            ("GET", "/x\n\n", Found::NotFound, &[]),
            ("GET", "/s/a\n", Found::Route(1), &["a\n"]),
            ("GET", "/p/a\n", Found::Route(2), &["a"]),
            ("GET", "/p/a\nb", Found::NotFound, &[]),
            ("GET", "/n/1\n", Found::Route(3), &["1"]),
        ],
    );
}

#[test]
fn a_search_goes_on_after_an_opaque_route() {
    let router = router(&[
        "POST /a/b",
        "? /a/{rest:path}",
        "GET /a/b",
        "? /{rest:path}",
    ]);
    let mut params = ParamRanges::default();
    let mut find = |method, start| router.find(b"/a/b", method, start, &mut params);
    assert_eq!(find("GET", 0), Found::Opaque(1));
    assert_eq!(find("GET", 2), Found::Route(2));
    assert_eq!(find("PUT", 2), Found::Opaque(3));
    assert_eq!(find("PUT", 4), Found::MethodNotAllowed(0));
    assert_eq!(find("POST", 0), Found::Route(0));
}
