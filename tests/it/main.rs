//! All integration tests, one module per subject; `kit` holds the builders that they share.
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

mod architecture;
#[expect(dead_code, reason = "used as soon as the first subject needs it")]
mod kit;
