//! Applications that AI and `SaaS` Management found in use, as far as they are AI products, with what was decided on each.
//!
//! `APPROVED` is sanctioned. `UNAPPROVED` is where an application stands before anybody looked at it too, so that it counts as
//! refused only where access to it is restricted as well, and as undecided elsewhere. `IGNORED` hides an application from the
//! list and says nothing of whether it may be used: undecided.

use super::super::catalogue::{self, Channel, Match, Seen};
use super::super::listing::{AT_ONCE, Made, Object, Pages, below};
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use crate::model::inventory::{Fact, Record, Tool};

/// Restrictions that somebody has to choose for one application.
const RESTRICTED: &[&str] = &["BLOCK", "DISMISSIBLE_WARNING"];
/// Where an entry may name the hosts of an application.
const HOSTS: &[&str] = &["domain", "url", "website", "catalog_app.domain", "catalog_app.url"];

impl Reading<'_> {
    /// Reads what was found, and who has accounts of what is an AI product.
    pub async fn read_discovered(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let (mut pages, mut lack) = (Pages::of(self.http, &lists::SAAS), None);
        let (mut found, mut made) = (Vec::new(), Made::default());
        while let Some(page) = pages.told(out, &mut lack).await? {
            for app in &page {
                let Some(id) = self.ids.take(app.text("id"), app.text("name"), &mut made) else { continue };
                found.extend(product(app).map(|product| (id, app.clone(), product)));
            }
        }
        made.hand_over(out).await?;
        self.note(&lists::SAAS, lack, out).await?;
        for some in found.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(|(id, ..)| id.as_str()).collect();
            let accounts = below(self.http, &lists::SAAS_ACCOUNTS, &places).await?;
            let mut made = Made::default();
            for ((_, app, product), accounts) in some.iter().zip(accounts) {
                let users = accounts
                    .map_or(Fact::Hidden, |all| Fact::Known(u32::try_from(all.len()).unwrap_or(u32::MAX)));
                made.records.push(Record::Tool(self.tool(app, product, users)));
            }
            made.hand_over(out).await?;
        }
        Ok(())
    }

    fn tool(&self, app: &Object, product: &Match, users: Fact<u32>) -> Tool {
        let source = Some(self.source.clone());
        let found = app.time("discovered_at");
        Tool {
            is_sanctioned: sanctioned(app),
            ..catalogue::tool(product, source, Channel::Endpoint, found, users)
        }
    }
}

/// The AI product that an application is: by its hosts where they are told, else by its name.
fn product(app: &Object) -> Option<Match> {
    let hosts: Vec<String> = HOSTS.iter().filter_map(|path| app.text(path)).collect();
    let mut hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let more = app.texts("domains").unwrap_or_default();
    hosts.extend(more.iter().map(String::as_str));
    let names = [app.text("name"), app.text("catalog_app_id").map(|id| id.replace(['-', '_'], " "))];
    let find = |name: &str| catalogue::find(&Seen { hosts: &hosts, name, ..Seen::default() });
    names.iter().flatten().find_map(|name| find(name)).or_else(|| find(""))
}

/// What was decided, as the module says.
fn sanctioned(app: &Object) -> Fact<bool> {
    let is_restricted =
        app.text("access_restriction").is_some_and(|restriction| RESTRICTED.contains(&restriction.as_str()));
    match app.text("status").as_deref() {
        Some("APPROVED") => Fact::Known(true),
        Some("UNAPPROVED") if is_restricted => Fact::Known(false),
        Some("UNAPPROVED" | "IGNORED" | "NEW") => Fact::Absent,
        _ => Fact::Hidden,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_word_of_approval_sanctions_and_only_a_restriction_refuses() {
        let decided = |status: &str, restriction: &str| {
            sanctioned(&Object::of(json!({"status": status, "access_restriction": restriction})).unwrap())
        };
        assert_eq!(decided("APPROVED", "BLOCK"), Fact::Known(true));
        assert_eq!(decided("UNAPPROVED", "BLOCK"), Fact::Known(false));
        assert_eq!(decided("UNAPPROVED", "DISMISSIBLE_WARNING"), Fact::Known(false));
        assert_eq!(decided("UNAPPROVED", "DEFAULT_ACTION"), Fact::Absent);
        assert_eq!(decided("IGNORED", "BLOCK"), Fact::Absent);
        assert_eq!(decided("LATER", "BLOCK"), Fact::Hidden);
    }

    #[test]
    fn hosts_are_surer_than_names() {
        let by = |value: serde_json::Value| product(&Object::of(value).unwrap()).map(|found| found.rule);
        assert_eq!(by(json!({"name": "Something", "domain": "chatgpt.com"})), Some("catalogue.host/1"));
        assert_eq!(by(json!({"catalog_app_id": "chatgpt"})), Some("catalogue.name/1"));
        assert_eq!(by(json!({"name": "Payroll"})), None);
        assert_eq!(by(json!({"name": null})), None);
    }
}
