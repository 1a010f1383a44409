//! Builders and places that the integration tests share.

use std::path::PathBuf;

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
