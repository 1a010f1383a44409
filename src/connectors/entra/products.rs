//! AI products among the applications that a tenant lets in.

use jiff::Timestamp;

use super::super::catalogue::{self, Channel, IdKind, Match, Seen};
use super::super::listing::Object;
use crate::model::SourceId;
use crate::model::inventory::{Fact, Tool};

/// A product that a service principal is.
pub struct Product {
    /// Whether the product itself signs in with it, rather than people signing in to the product; never by its name alone.
    pub is_its_own: bool,
    pub found: Match,
}

/// Looks a service principal up. What the tenant registered itself is at most the way into a product.
pub fn find(app: &str, service: &Object, is_own: bool) -> Option<Product> {
    let name = service.text("displayName").unwrap_or_default();
    let publisher = service.text("verifiedPublisher.displayName");
    let addresses: Vec<String> =
        service.text("homepage").into_iter().chain(service.texts("replyUrls").unwrap_or_default()).collect();
    let hosts: Vec<&str> = addresses.iter().map(String::as_str).collect();
    let ids = [(IdKind::EntraApp, app)];
    let seen = Seen { ids: &ids, hosts: &hosts, publisher: publisher.as_deref(), name: &name };
    let found = catalogue::find(&seen)?;
    let is_by_name = found.rule.starts_with("catalogue.name/");
    Some(Product { is_its_own: !is_own && !is_by_name, found })
}

impl Product {
    /// The record of it. When people first consented is not told: it is found now.
    pub fn tool(&self, source: &SourceId, at: Timestamp, users: Option<Fact<u32>>) -> Tool {
        let users = users.unwrap_or(Fact::Hidden);
        catalogue::tool(&self.found, Some(source.clone()), Channel::Consent, Fact::Known(at), users)
    }
}

/// What the catalogue of Copilot shows of a package.
pub fn package(package: &Object, source: &SourceId, at: Timestamp) -> Option<Tool> {
    let id = package.text("id")?;
    let name = package.text("displayName").unwrap_or_else(|| id.clone());
    let is_given = package.text("deployedTo").is_some_and(|who| !who.eq_ignore_ascii_case("none"));
    let is_sanctioned = match package.flag("isBlocked") {
        Fact::Known(true) => Fact::Known(false),
        Fact::Known(false) if is_given => Fact::Known(true),
        // That it is offered is the rule, and so nobody's decision.
        _ => Fact::Hidden,
    };
    let kind = package.text("type").unwrap_or_else(|| "package".to_owned());
    Some(Tool {
        id: format!("copilot:{id}"),
        name,
        source: Some(source.clone()),
        channel: Fact::Known(Channel::Consent.word().to_owned()),
        found: Fact::Known(at),
        is_sanctioned,
        vendor: package.text("publisher").unwrap_or_default(),
        rule: "entra.copilot-package/1".to_owned(),
        evidence: vec![format!("{kind} package {id} of Microsoft 365 Copilot")],
        ..Tool::default()
    })
}
