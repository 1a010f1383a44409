//! Where the next and the last page lie, as far as a header says so.

use reqwest::header::{HeaderMap, LINK};

/// The next page of a `Link` header (RFC 8288).
pub fn next(headers: &HeaderMap) -> Option<String> {
    named(headers, "next")
}

/// The last page of it.
pub fn last(headers: &HeaderMap) -> Option<String> {
    named(headers, "last")
}

fn named(headers: &HeaderMap, relation: &str) -> Option<String> {
    let links = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    // Addresses may hold commas, but no `<`.
    links.flat_map(|line| line.split('<').skip(1)).find_map(|link| {
        let (target, parameters) = link.split_once('>')?;
        let mut own = parameters.split([';', ',']).filter_map(|one| one.trim().strip_prefix("rel="));
        own.any(|rel| rel.trim_matches('"') == relation).then(|| target.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(lines: &[&str]) -> Option<String> {
        let mut all = HeaderMap::new();
        for line in lines {
            all.append(LINK, line.parse().unwrap());
        }
        next(&all)
    }

    #[test]
    fn the_last_page_is_told_from_the_next() {
        let of = |line: &str| last(&HeaderMap::from_iter([(LINK, line.parse().unwrap())]));
        let both = "<https://a.example/x?p=2>; rel=\"next\", <https://a.example/x?p=9>; rel=\"last\"";
        assert_eq!(of(both).as_deref(), Some("https://a.example/x?p=9"));
        assert_eq!(of("<https://a.example/x?p=2>; rel=next"), None);
    }

    #[test]
    fn the_next_page_is_found_among_the_others() {
        let page = Some("https://a.example/x?p=2".to_owned());
        assert_eq!(named(&["<https://a.example/x?p=2>; rel=\"next\""]), page);
        assert_eq!(
            named(&["<https://a.example/x?p=9>; rel=last, <https://a.example/x?p=2>; title=x; rel=next"]),
            page
        );
        assert_eq!(
            named(&["<https://a.example/self>; rel=\"self\"", "<https://a.example/x?p=2>; rel=\"next\""]),
            page
        );
        assert_eq!(named(&["<https://a.example/x?p=2>; rel=next, <https://a.example/y>; rel=first"]), page);
        let listed = "https://a.example/x?fields=a,b&p=2";
        assert_eq!(named(&[&format!("<{listed}>; rel=\"next\"")]).as_deref(), Some(listed));
        for none in ["<https://a.example/x>; rel=prev", "https://a.example/x; rel=next", "<x; rel=next", ""] {
            assert_eq!(named(&[none]), None, "{none}");
        }
    }
}
