//! What acts by itself and is no application: integrations of others, managed accounts, and API tokens.

use super::super::listing::{AT_ONCE, Made, Object, below};
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use super::records::last;
use crate::model::inventory::{Account, Credential, CredentialKind, Fact, Record};
use crate::model::pull::{Missing, Refusal};

/// What Okta says of a managed account that has no password yet.
const NO_PASSWORD: &[&str] = &["MISSING_PASSWORD", "CREATION_FAILED", "STAGED"];

impl Reading<'_> {
    /// Reads integrations of API services and accounts that Okta manages in applications.
    pub async fn read_services(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let services = self.listed(&lists::API_SERVICES, out).await?;
        let mut made = Made::default();
        let mut ids = Vec::new();
        for service in &services {
            let Some(id) = self.ids.take(service.text("id"), service.text("name"), &mut made) else {
                continue;
            };
            made.records.push(Record::Account(self.api_service(&id, service)));
            if self.tells_rights {
                let scopes = service.texts("grantedScopes").unwrap_or_default();
                let at = service.time("createdAt");
                for scope in scopes {
                    made.records.extend(self.scope(&id, &scope, at));
                }
            }
            ids.push(id);
        }
        for account in self.of_product(&lists::APP_ACCOUNTS, out).await? {
            let name = account.text("name").or_else(|| account.text("username"));
            if let Some(id) = self.ids.take(account.text("id"), name, &mut made) {
                self.managed_account(&id, &account, &mut made);
            }
        }
        made.hand_over(out).await?;
        self.read_service_secrets(&ids, out).await
    }

    fn api_service(&self, id: &str, service: &Object) -> Account {
        let name = service.text("name").unwrap_or_else(|| id.to_owned());
        Account {
            aliases: vec![id.to_owned()],
            // There is no other state: an integration that is taken away is no more.
            is_enabled: Fact::Known(true),
            created: service.time("createdAt"),
            last_seen: self.heard.seen(id),
            has_password: Fact::Known(false),
            ..self.make.machine(id, name, "okta.api-service/1")
        }
    }

    async fn read_service_secrets(&self, ids: &[String], out: &mut Sink) -> Result<(), ConnectorError> {
        let Some(first) = ids.first().filter(|_| self.wants.secrets) else { return Ok(()) };
        if !self.shows(&lists::SERVICE_SECRETS, first, out).await? {
            return Ok(());
        }
        for some in ids.chunks(AT_ONCE) {
            let places: Vec<&str> = some.iter().map(String::as_str).collect();
            let mut made = Made::default();
            for (id, found) in some.iter().zip(below(self.http, &lists::SERVICE_SECRETS, &places).await?) {
                let found = found.unwrap_or_default();
                let found =
                    found.iter().filter_map(|one| self.make.credential(id, CredentialKind::Secret, one));
                made.records.extend(found.map(Record::Credential));
            }
            made.hand_over(out).await?;
        }
        Ok(())
    }

    /// An account of an application whose password Okta keeps.
    fn managed_account(&self, id: &str, object: &Object, made: &mut Made) {
        let text = |key: &str| object.text(key);
        let name = text("name").or_else(|| text("username")).unwrap_or_else(|| id.to_owned());
        let has_password = match text("statusDetail").as_deref() {
            Some(detail) if NO_PASSWORD.contains(&detail) => Fact::Known(false),
            Some(_) => Fact::Known(true),
            None => Fact::Hidden,
        };
        let source = Some(self.make.0.clone());
        made.records.push(Record::Account(Account {
            owner: self.first_owner(object),
            created: object.time("created"),
            has_password,
            aliases: text("username").filter(|name| name.contains('@')).into_iter().collect(),
            ..self.make.machine(id, name, "okta.app-service-account/1")
        }));
        if has_password == Fact::Known(true) {
            made.records.push(Record::Credential(Credential {
                id: format!("{id}#password"),
                account: id.to_owned(),
                source,
                kind: CredentialKind::Password,
                is_active: Fact::Known(true),
                created: object.time("created"),
                ..Credential::default()
            }));
        }
    }

    /// Who owns a managed account: the first of its users, else the first of its groups.
    pub fn first_owner(&self, object: &Object) -> Fact<String> {
        let (users, groups) = (object.texts("ownerUserIds"), object.texts("ownerGroupIds"));
        if users.is_none() && groups.is_none() {
            return Fact::Hidden;
        }
        let group = || {
            let id = groups.iter().flatten().next()?;
            Some(self.groups.get(id).map_or_else(|| id.clone(), super::groups::Group::step))
        };
        match users.iter().flatten().next() {
            Some(user) => self.owner(Some(user.clone())),
            None => group().map_or(Fact::Absent, Fact::Known),
        }
    }

    /// Hands over API tokens, each with the rights of the user who made it.
    pub async fn hand_over_tokens(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let mut made = Made::default();
        for token in std::mem::take(&mut self.tokens) {
            let name = token.text("name");
            let Some(id) = self.ids.take(token.text("id"), name, &mut made) else { continue };
            let user = token.text("userId").or_else(|| {
                let link = token.text("_links.user.href")?;
                last(&link).map(str::to_owned)
            });
            let Some(user) = user else {
                made.refuse(id, "this API token does not name its user");
                continue;
            };
            made.records.push(Record::Credential(Credential {
                last_used: self.heard.used(&id),
                id,
                account: user,
                source: Some(self.make.0.clone()),
                kind: CredentialKind::Token,
                is_active: Fact::Known(true),
                created: token.time("created"),
                rotated: Fact::Absent,
                // It moves on with each use, and comes when the token is left alone for its window.
                expires: token.time_or_null("expiresAt"),
            }));
        }
        made.hand_over(out).await
    }

    /// Whether a list below some place is shown; says why not.
    pub async fn shows(
        &self,
        list: &super::List,
        place: &str,
        out: &mut Sink,
    ) -> Result<bool, ConnectorError> {
        match super::count_below(self.http, list, place).await? {
            super::Sightline::Shown(_) => Ok(true),
            super::Sightline::Lacks(why) => {
                out.misses(Missing::from(list.sight).because(why)).await?;
                Ok(false)
            }
        }
    }

    /// Says that something was deleted between the list that named it and the question about it.
    pub async fn deleted(&self, subject: &str, out: &mut Sink) -> Result<(), ConnectorError> {
        let reason = "it was deleted while it was read".to_owned();
        out.refuse(Refusal { subject: subject.to_owned(), reason }).await
    }
}
