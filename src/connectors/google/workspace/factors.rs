//! Who has a passkey or a security key: Google tells it in the report of a day, not with the user.

use std::collections::HashSet;

use super::super::super::listing::Object;

const STRONG: &[&str] = &["accounts:num_security_keys", "accounts:num_passkeys_enrolled"];

/// Users by their ids.
#[derive(Debug, Default)]
pub struct Factors(HashSet<String>);

impl Factors {
    /// Takes the report of one user.
    pub fn take(&mut self, report: &Object) {
        let Some(id) = report.text("entity.profileId") else { return };
        let parameters = report.objects("parameters").unwrap_or_default();
        let is_strong = parameters.iter().any(|one| {
            let is_meant = one.text("name").is_some_and(|name| STRONG.contains(&name.as_str()));
            is_meant && one.number("intValue").is_some_and(|count| count > 0)
        });
        if is_strong {
            self.0.insert(id);
        }
    }

    /// Whether a user has a second step that nobody can be talked out of.
    pub fn resists(&self, id: &str) -> bool {
        self.0.contains(id)
    }
}
