//! Service accounts of the console: programs that administer the organisation.

use super::super::listing::{Made, Object};
use super::super::suspect::suspect;
use super::super::{ConnectorError, Sink};
use super::lists;
use super::reading::Reading;
use crate::model::inventory::{Account, Class, Credential, CredentialKind, Fact, Record};

impl Reading<'_> {
    /// Reads all service accounts.
    pub async fn read_service_accounts(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.each(&lists::SERVICE_ACCOUNTS, Self::service_account, out).await
    }

    /// One service account, with its role and its ways to sign in.
    pub fn service_account(&mut self, one: &Object, made: &mut Made) {
        let name = one.text("name");
        let own = one.text("objectId").or_else(|| one.text("id"));
        let Some(id) = self.ids.take(own, name.clone(), made) else { return };
        let name = name.unwrap_or_else(|| id.clone());
        let is_enabled = match one.text("status").as_deref() {
            Some("ACTIVE") => Fact::Known(true),
            Some("INACTIVE" | "SUSPENDED" | "EXPIRED" | "DISABLED") => Fact::Known(false),
            _ => Fact::Hidden,
        };
        made.records.push(Record::Account(Account {
            class: Fact::Known(Class::Machine),
            class_rule: "jumpcloud.service-account/1".to_owned(),
            is_class_declared: true,
            suspected: suspect(&name).filter(|guess| guess.class != Class::Machine),
            is_enabled,
            is_guest: Fact::Known(false),
            created: one.time("createdAt"),
            has_password: Fact::Known(false),
            ..self.account(&id, name)
        }));
        for (at, way) in one.objects("authConfigList").unwrap_or_default().iter().enumerate() {
            let own = ["clientId", "id", "keyId"].iter().find_map(|key| way.text(key));
            made.records.push(Record::Credential(Credential {
                id: format!("{id}#{}", own.unwrap_or_else(|| at.to_string())),
                kind: CredentialKind::Secret,
                is_active: is_enabled,
                created: way.time("createdAt"),
                expires: one.time("expiresAt"),
                ..self.credential(&id)
            }));
        }
        self.role(&id, one, made);
    }
}
