//! Builders and places that the integration tests share.

use std::path::PathBuf;

/// How many people and service identities a vendor's fake has: few, or as many as a large company where
/// `TRUEUP_VOLUME` is set.
pub fn volume() -> (usize, usize) {
    if std::env::var_os("TRUEUP_VOLUME").is_some() { (20_000, 5_000) } else { (1_200, 300) }
}

/// The folder beside the checkout that holds inputs by other makers. `None` where it is absent, which is a
/// failure when `CI` is set and a skip with a message elsewhere.
pub fn shared(inside: &str) -> Option<PathBuf> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared").join(inside);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{inside} is required beside the checkout when CI is set");
    eprintln!("skipped: {inside} does not lie beside the checkout");
    None
}
