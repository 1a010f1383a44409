//! Security identifiers: of a domain's own objects (`S-1-5-21-…-512`) and those that mean the same everywhere
//! (`S-1-5-32-544`), which collectors write with the domain before them (`CORP.EXAMPLE-S-1-5-32-544`).

/// How the identifiers of the objects of a domain begin.
const OF_A_DOMAIN: &str = "S-1-5-21-";

/// The identifier without the domain that stands before it.
pub fn plain(id: &str) -> &str {
    split(id).1
}

/// The domain that stands before an identifier, in small letters.
pub fn prefix(id: &str) -> Option<String> {
    Some(split(id).0).filter(|domain| !domain.is_empty()).map(str::to_lowercase)
}

fn split(id: &str) -> (&str, &str) {
    match id.find("-S-1-") {
        Some(at) if !id.starts_with("S-1-") => {
            let (domain, rest) = id.split_at(at);
            (domain, rest.strip_prefix('-').unwrap_or(rest))
        }
        _ => ("", id),
    }
}

/// Whether it is an object of a domain, rather than one that means the same everywhere or no security identifier.
pub fn is_of_domain(id: &str) -> bool {
    plain(id).starts_with(OF_A_DOMAIN)
}

/// Whether it means the same on every computer: `S-1-5-11`, `S-1-5-32-544`.
pub fn is_well_known(id: &str) -> bool {
    plain(id).starts_with("S-1-") && !is_of_domain(id)
}

/// The identifier of the domain that an object is of: `S-1-5-21-1-2-3` for `S-1-5-21-1-2-3-512`.
pub fn domain(id: &str) -> Option<&str> {
    if !is_of_domain(id) {
        return None;
    }
    let (domain, _) = plain(id).rsplit_once('-')?;
    (domain.split('-').count() == 7).then_some(domain)
}

/// The number of an object within its domain: 512 for `S-1-5-21-1-2-3-512`.
pub fn number(id: &str) -> Option<u32> {
    domain(id)?;
    plain(id).rsplit('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_parted() {
        let own = "S-1-5-21-1-2-3-512";
        assert_eq!((plain(own), domain(own), number(own)), (own, Some("S-1-5-21-1-2-3"), Some(512)));
        let builtin = "CORP.EXAMPLE-S-1-5-32-544";
        assert_eq!((plain(builtin), number(builtin)), ("S-1-5-32-544", None));
        assert_eq!(prefix(builtin).as_deref(), Some("corp.example"));
        assert_eq!(
            prefix("A-S-1-B-S-1-1-0").as_deref(),
            Some("a"),
            "the first one decides, whatever follows"
        );
        assert!(is_well_known(builtin) && !is_of_domain(builtin) && is_of_domain(own));
        for odd in ["", "S-1-5-21-1-2-3", "S-1-5-21-", "9A4A9EAB-F48E-4B68-8767-EDE25C15B8B9", "-S-1-"] {
            assert_eq!((domain(odd), number(odd)), (None, None), "{odd}");
        }
        assert_eq!(number("S-1-5-21-1-2-3-99999999999"), None);
    }
}
