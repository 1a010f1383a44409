//! Applications: what users may sign in to, and what acts by itself with scopes of Okta's API.

use std::collections::HashMap;

use super::super::catalogue::{self, Channel, Match, Seen};
use super::super::listing::{AT_ONCE, List, Made, Object, below};
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use super::records::{active, last};
use crate::model::inventory::{
    Account, Class, Confidence, Credential, CredentialKind, EntitlementKind, Fact, Grant, Record,
};
use jiff::Timestamp;

/// States of an assignment that is none any more.
const ENDED: &[&str] = &["UNASSIGNED", "REVOKED", "DEPROVISIONED", "INACTIVE"];
/// Where an application's settings name addresses.
const ADDRESSES: &[&str] = &[
    "settings.app.url",
    "settings.app.loginUrl",
    "settings.app.baseUrl",
    "settings.app.authURL",
    "settings.signOn.ssoAcsUrl",
    "settings.signOn.destination",
    "settings.signOn.recipient",
    "settings.signOn.loginUrl",
    "settings.oauthClient.client_uri",
    "settings.oauthClient.initiate_login_uri",
];

/// An application, as far as it is needed.
#[derive(Debug, Default)]
pub struct App {
    pub id: String,
    pub client: String,
    pub label: String,
    /// Whether it is an OAuth client, so that scopes can be granted to it.
    pub can_have_scopes: bool,
    /// The rule by which it acts by itself; empty where it does not.
    rule: &'static str,
    is_active: Fact<bool>,
    created: Fact<Timestamp>,
    /// Whether it signs in with a secret.
    has_secret: bool,
    /// The AI product that it is.
    product: Option<Match>,
}

/// Whether scopes of Okta's API can be granted to an application.
pub fn can_have_scopes(app: &Object) -> bool {
    app.text("signOnMode").as_deref() == Some("OPENID_CONNECT")
}

impl App {
    /// Reads what an application shows of itself.
    pub fn read(object: &Object) -> Self {
        let id = object.text("id").unwrap_or_default();
        let client = object.text("credentials.oauthClient.client_id").unwrap_or_else(|| id.clone());
        let method = object.text("credentials.oauthClient.token_endpoint_auth_method").unwrap_or_default();
        let label = object.text("label").or_else(|| object.text("name")).unwrap_or_else(|| id.clone());
        let can_have_scopes = can_have_scopes(object);
        Self {
            rule: if can_have_scopes { rule(object) } else { "" },
            is_active: active(object),
            created: object.time("created"),
            has_secret: method.starts_with("client_secret"),
            product: product(object, &label),
            id,
            client,
            label,
            can_have_scopes,
        }
    }

    /// Whether what is granted to it works.
    fn works(&self) -> bool {
        self.is_active != Fact::Known(false)
    }

    /// Whether it acts by itself.
    pub fn acts(&self) -> bool {
        !self.rule.is_empty()
    }

    fn right(&self) -> String {
        format!("app:{}", self.id)
    }
}

/// The rule by which an OAuth client acts by itself.
fn rule(app: &Object) -> &'static str {
    if app.text("settings.oauthClient.application_type").as_deref() == Some("service") {
        return "okta.service-app/1";
    }
    let grants = app.texts("settings.oauthClient.grant_types").unwrap_or_default();
    if grants.iter().any(|one| one == "client_credentials") { "okta.client-credentials/1" } else { "" }
}

/// The AI product that users sign in to, by its hosts, then by its name.
fn product(app: &Object, label: &str) -> Option<Match> {
    let mut hosts: Vec<String> = ADDRESSES.iter().filter_map(|path| app.text(path)).collect();
    hosts.extend(app.texts("settings.oauthClient.redirect_uris").unwrap_or_default());
    let hosts: Vec<&str> = hosts.iter().map(String::as_str).collect();
    let find = |name: &str| catalogue::find(&Seen { hosts: &hosts, name, ..Seen::default() });
    find(label).or_else(|| find(&app.text("name")?))
}

impl Reading<'_> {
    /// Reads who is assigned to each application, and what each may do by itself.
    pub async fn read_apps(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let mut made = Made::default();
        let apps = std::mem::take(&mut self.apps);
        let mut kept = Vec::new();
        for app in apps {
            let id = Some(app.id.clone()).filter(|id| !id.is_empty());
            if self.ids.take(id, Some(app.label.clone()), &mut made).is_some() {
                kept.push(app);
            }
        }
        made.hand_over(out).await?;
        self.apps = kept;
        let rights = self.apps.iter().map(|app| {
            Record::Entitlement(self.make.entitlement(&app.right(), &app.label, EntitlementKind::Permission))
        });
        self.hand_over_rights(rights.collect(), out).await?;
        let mut users = HashMap::new();
        if self.tells_rights {
            self.read_assigned(&mut users, out).await?;
        }
        self.hand_over_products(&users, out).await?;
        self.read_clients(out).await
    }

    async fn read_assigned(
        &self,
        users: &mut HashMap<String, u32>,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        // Nobody signs in to what acts by itself, nor to what is switched off.
        let apps: Vec<&App> =
            self.apps.iter().filter(|app| app.works() && app.rule != "okta.service-app/1").collect();
        let mut done = 0;
        for some in apps.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(|app| app.id.as_str()).collect();
            for (app, found) in some.iter().zip(below(self.http, &lists::ASSIGNED, &places).await?) {
                let Some(assigned) = found else {
                    self.deleted(&app.label, out).await?;
                    continue;
                };
                let grants: Vec<Record> =
                    assigned.iter().filter_map(|one| self.assignment(app, one)).map(Record::Grant).collect();
                users.insert(app.id.clone(), u32::try_from(grants.len()).unwrap_or(u32::MAX));
                self.hand_over_rights(grants, out).await?;
            }
            done += some.len();
            Self::progress("assignments to applications", (done, apps.len()), out);
        }
        Ok(())
    }

    /// That a user may sign in to an application, and since when.
    fn assignment(&self, app: &App, one: &Object) -> Option<Grant> {
        let user = one.text("id")?;
        if one.text("status").is_some_and(|status| ENDED.contains(&status.as_str())) {
            return None;
        }
        let group = one.text("_links.group.href");
        let group = group.as_deref().and_then(last).and_then(|id| self.groups.get(id));
        let via = match (one.text("scope").as_deref(), group) {
            (Some("GROUP"), Some(group)) => vec![group.step()],
            (Some("GROUP"), None) => vec!["a group".to_owned()],
            _ => Vec::new(),
        };
        let last_used = self.heard.signed_in(&user, &app.id);
        Some(Grant {
            via,
            granted_at: one.time("created"),
            last_used,
            ..self.make.grant(&user, &app.right())
        })
    }

    /// AI products that users sign in to through Okta.
    async fn hand_over_products(
        &self,
        users: &HashMap<String, u32>,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let tools = self.apps.iter().filter_map(|app| {
            let found = app.product.as_ref()?;
            let users = users.get(&app.id).map_or(Fact::Hidden, |count| Fact::Known(*count));
            let source = Some(self.make.0.clone());
            Some(Record::Tool(catalogue::tool(found, source, Channel::Consent, app.created, users)))
        });
        let records: Vec<Record> = tools.collect();
        Made { records, refusals: Vec::new() }.hand_over(out).await
    }

    /// Reads what each OAuth client may do by itself, and its keys.
    async fn read_clients(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let apps = std::mem::take(&mut self.apps);
        let clients: Vec<&App> = apps.iter().filter(|app| app.can_have_scopes).collect();
        for some in clients.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(|app| app.id.as_str()).collect();
            let scopes = if self.shows_scopes {
                below(self.http, &lists::SCOPES, &places).await?
            } else {
                vec![Some(Vec::new()); places.len()]
            };
            for (app, scopes) in some.iter().zip(scopes) {
                let Some(scopes) = scopes else {
                    self.deleted(&app.label, out).await?;
                    continue;
                };
                self.client(app, &scopes, out).await?;
            }
        }
        self.apps = apps;
        self.read_client_credentials(out).await
    }

    /// A client is an identity where it acts by itself, or has scopes with which it acts for those who sign in.
    async fn client(&mut self, app: &App, scopes: &[Object], out: &mut Sink) -> Result<(), ConnectorError> {
        let granted: Vec<&Object> =
            scopes.iter().filter(|scope| active(scope) != Fact::Known(false)).collect();
        let rule = match (app.rule, granted.is_empty()) {
            ("", true) => return Ok(()),
            ("", false) => "okta.app-with-scopes/1",
            (rule, _) => rule,
        };
        self.clients.insert(app.id.clone());
        let mut account = Account {
            is_enabled: app.is_active,
            created: app.created,
            last_seen: self.heard.seen(&app.client),
            has_password: Fact::Known(false),
            aliases: vec![app.client.clone()],
            ..self.make.machine(&app.id, app.label.clone(), rule)
        };
        if let Some(found) = app.product.as_ref().filter(|found| found.confidence != Confidence::Low) {
            (account.class, account.class_rule) = (Fact::Known(Class::Ai), found.rule.to_owned());
            account.suspected = None;
        }
        Made { records: vec![Record::Account(account)], refusals: Vec::new() }.hand_over(out).await?;
        let mut rights = Vec::new();
        for one in granted {
            if let Some(scope) = one.text("scopeId") {
                rights.extend(self.scope(&app.id, &scope, one.time("created")));
            }
        }
        self.hand_over_rights(rights, out).await
    }

    /// Reads keys of what acts by itself; secrets too, where they are wished for.
    async fn read_client_credentials(&self, out: &mut Sink) -> Result<(), ConnectorError> {
        let clients: Vec<&App> = self.apps.iter().filter(|app| self.clients.contains(&app.id)).collect();
        let Some(first) = clients.first() else { return Ok(()) };
        let shows_keys = self.shows(&lists::APP_KEYS, &first.id, out).await?;
        let shows_secrets = self.wants.secrets && self.shows(&lists::APP_SECRETS, &first.id, out).await?;
        for some in clients.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(|app| app.id.as_str()).collect();
            let keys = self.each(shows_keys, &lists::APP_KEYS, &places).await?;
            let secrets = self.each(shows_secrets, &lists::APP_SECRETS, &places).await?;
            let mut records = Vec::new();
            for (app, (keys, secrets)) in some.iter().zip(keys.into_iter().zip(secrets)) {
                let keys = keys.unwrap_or_default();
                let keys =
                    keys.iter().filter_map(|key| self.make.credential(&app.id, CredentialKind::Key, key));
                records.extend(keys.map(Record::Credential));
                records.extend(self.secrets(app, secrets).into_iter().map(Record::Credential));
            }
            Made { records, refusals: Vec::new() }.hand_over(out).await?;
        }
        Ok(())
    }

    async fn each(
        &self,
        is_shown: bool,
        list: &List,
        places: &[&str],
    ) -> Result<Vec<Option<Vec<Object>>>, ConnectorError> {
        if is_shown { below(self.http, list, places).await } else { Ok(vec![None; places.len()]) }
    }

    /// The secrets of a client. Where they are not listed, one that signs in with a secret has one of unknown age.
    fn secrets(&self, app: &App, listed: Option<Vec<Object>>) -> Vec<Credential> {
        let kind = CredentialKind::Secret;
        match listed {
            Some(listed) => {
                listed.iter().filter_map(|secret| self.make.credential(&app.id, kind, secret)).collect()
            }
            None if app.has_secret => vec![Credential {
                id: format!("{}#secret", app.id),
                account: app.id.clone(),
                source: Some(self.make.0.clone()),
                kind,
                is_active: app.is_active,
                expires: Fact::Absent,
                ..Credential::default()
            }],
            None => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn app(value: serde_json::Value) -> App {
        App::read(&Object::of(value).unwrap())
    }

    #[test]
    fn only_clients_that_need_nobody_act_by_themselves() {
        let client = |kind: &str, grants: &[&str], mode: &str| {
            let settings = json!({"oauthClient": {"application_type": kind, "grant_types": grants}});
            app(json!({"id": "a", "label": "A", "signOnMode": mode, "settings": settings})).rule
        };
        assert_eq!(client("service", &[], "OPENID_CONNECT"), "okta.service-app/1");
        assert_eq!(client("web", &["client_credentials"], "OPENID_CONNECT"), "okta.client-credentials/1");
        assert_eq!(client("web", &["authorization_code"], "OPENID_CONNECT"), "");
        assert_eq!(client("service", &[], "SAML_2_0"), "", "no client of OAuth");
    }

    #[test]
    fn a_host_tells_an_ai_product_and_a_name_lets_one_suspect_it() {
        let sure = app(json!({"id": "a", "label": "Helper", "signOnMode": "OPENID_CONNECT",
            "settings": {"oauthClient": {"redirect_uris": ["https://chatgpt.com/connector/back"]}}}));
        let unsure = app(json!({"id": "b", "label": "ChatGPT", "signOnMode": "SAML_2_0"}));
        let found = [sure, unsure].map(|app| app.product.map(|found| (found.rule, found.confidence)));
        assert_eq!(
            found[0].map(|(rule, sure)| (rule, sure > Confidence::Low)),
            Some(("catalogue.host/1", true))
        );
        assert_eq!(found[1], Some(("catalogue.name/1", Confidence::Low)));
        assert!(app(json!({"id": "c", "label": "Payroll"})).product.is_none());
        assert_eq!(app(json!({"label": 7, "settings": []})).label, "7");
    }
}
