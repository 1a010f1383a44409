//! Keycloak realms: users, clients with service accounts and the age of their secrets, roles, and saved sign-ins, as the
//! service account of a client.

mod consents;
mod reading;
mod records;
mod settings;
#[cfg(test)]
mod tests;

use serde_json::Value;

use super::http::{Fault, now};
use super::listing::{Object, Sightline, count_below};
use super::{BoxFuture, Connector, ConnectorError, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight};
use reading::Reading;
use settings::{ALL_CLIENTS, ALL_USERS, CONSENTS, Door, GROUPS, LOGINS, NEVER, REALM_ROLES, SIGN_INS, USERS};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "keycloak",
    title: "Keycloak realm",
    sees: settings::SIGHTS,
    settings: settings::ALL,
    permits: settings::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Realm { door: Door::open(settings)? })),
};

struct Realm {
    door: Door,
}

impl Realm {
    fn source(&self) -> SourceId {
        SourceId::new(format!("keycloak:{}/{}", self.door.http.host(), self.door.realm))
    }

    /// The realm itself, which shows whether there is one and whether the reader is let in.
    async fn itself(&self) -> Result<Object, ConnectorError> {
        let (http, realm) = (&self.door.http, &self.door.realm);
        match http.get::<Object>("realm", http.at(&format!("admin/realms/{realm}"), &[])).await {
            Ok(answer) => Ok(answer.body),
            Err(Fault::NoSuch) => {
                let help =
                    "look at the name of the realm, and whether the address is that of the server itself";
                Err(http.told(format!("it has no realm {realm}"), help))
            }
            // Whether lists are shown, they say themselves.
            Err(Fault::Forbidden(_)) => Ok(Object::default()),
            Err(fault) => Err(http.broken("the realm", fault)),
        }
    }

    /// How many users there are; `None` where that is not told.
    async fn user_count(&self) -> Result<Option<u64>, ConnectorError> {
        let (http, what) = (&self.door.http, "number of users");
        match http
            .get::<Value>(what, http.at(&format!("admin/realms/{}/users/count", self.door.realm), &[]))
            .await
        {
            // Wrong numbers are told now and then, below zero too.
            Ok(answer) => Ok(answer.body.as_u64()),
            Err(fault) if fault.lack().is_some() => Ok(None),
            Err(fault) => Err(http.broken(what, fault)),
        }
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let http = &self.door.http;
        self.itself().await?;
        let mut found = Preflight {
            recognised: format!("the Keycloak realm {} at {}", self.door.realm, http.origin()),
            misses: NEVER.iter().map(Missing::from).collect(),
            ..Preflight::default()
        };
        for list in [&ALL_USERS, &ALL_CLIENTS, &REALM_ROLES, &GROUPS] {
            let seen = match count_below(http, list, &self.door.realm).await? {
                Sightline::Shown(_) if list.sight.id == USERS.id => {
                    Sightline::Shown(self.user_count().await?)
                }
                seen => seen,
            };
            if !found.misses.iter().any(|one| one.sight == list.sight.title) {
                seen.tell(list, &mut found);
            }
        }
        // What is hidden in part is not seen.
        let Preflight { sees, misses, .. } = &mut found;
        sees.retain(|title| misses.iter().all(|one| one.sight != *title));
        if self.door.asks_events {
            count_below(http, &LOGINS, &self.door.realm).await?.tell(&LOGINS, &mut found);
        } else {
            found.misses.push(Missing::from(&SIGN_INS));
        }
        match (self.door.asks_consents, found.sees.iter().any(|title| title == USERS.title)) {
            (true, true) => found.sees.push(CONSENTS.title.to_owned()),
            (true, false) => found.misses.push(Missing::from(&CONSENTS).because(Lack::Forbidden)),
            (false, _) => found.misses.push(Missing::from(&CONSENTS)),
        }
        if found.sees.is_empty() {
            let help = "give its service account the roles of `trueup sources permit keycloak`";
            return Err(http.told("it shows neither users nor clients nor roles".to_owned(), help));
        }
        Ok(found)
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(at, out).await;
        out.asked(self.asked()).await?;
        read?;
        Ok(Taken { source: self.source(), at, bytes: self.door.http.bytes() })
    }

    async fn read(&self, at: jiff::Timestamp, out: &mut Sink) -> Result<(), ConnectorError> {
        let realm = self.itself().await?;
        let count = self.user_count().await?;
        Reading::new(&self.door, self.source(), at).run((&realm, count), out).await
    }
}

impl Connector for Realm {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.door.http.asked()
    }
}
