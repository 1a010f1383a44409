//! `HashiCorp` Vault and `OpenBao`: who may sign in by which method, entities, what policies allow, tokens in use. Names
//! below a path are asked for by the verb LIST; nothing that is kept secret there is read.

mod policy;
mod reading;
mod records;
mod settings;
#[cfg(test)]
mod tests;

use super::http::{Fault, now};
use super::listing::Object;
use super::{BoxFuture, Connector, ConnectorError, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight, Sight};
use reading::{Reading, methods, names, policies};
use records::method_of;
use settings::{Door, HELD, IN_USE, NEVER, PEOPLE, POLICIES, ROLES};

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "vault",
    title: "HashiCorp Vault or OpenBao",
    sees: settings::SIGHTS,
    settings: settings::ALL,
    permits: settings::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Vault { door: Door::open(settings)? })),
};

struct Vault {
    door: Door,
}

impl Vault {
    fn source(&self) -> SourceId {
        let below = self.door.namespace.as_ref().map(|name| format!("/{name}")).unwrap_or_default();
        SourceId::new(format!("vault:{}{below}", self.door.http.host()))
    }

    /// Whether the server knows the reader's token; what it may see is another question.
    async fn is_known(&self) -> Result<(), ConnectorError> {
        let http = &self.door.http;
        match http.get::<Object>("own token", http.at("v1/auth/token/lookup-self", &[])).await {
            Ok(_) => Ok(()),
            Err(Fault::Forbidden(said) | Fault::Rejected(said)) => {
                let help = "look whether the token is whole and has not ended, and belongs to this namespace";
                Err(http.told(format!("it does not accept the token: {said}"), help))
            }
            Err(Fault::NoSuch) => {
                let help = "look whether the address is that of the server itself, without /v1";
                Err(http.told("it is no Vault".to_owned(), help))
            }
            Err(fault) => Err(http.broken("the own token", fault)),
        }
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        self.is_known().await?;
        let http = &self.door.http;
        let mut found = Preflight {
            recognised: format!("a Vault at {}", http.origin()),
            misses: NEVER.iter().map(Missing::from).collect(),
            ..Preflight::default()
        };
        self.roles(&mut found).await?;
        self.counted("entities", "v1/identity/entity/id", &PEOPLE, &mut found).await?;
        let policies = policies(http).await?;
        found.counts.extend(policies.iter().map(|(_, names)| ("policies".to_owned(), names.len() as u64)));
        told(&POLICIES, policies.err(), &mut found);
        if self.door.asks_entities {
            self.counted("groups", "v1/identity/group/id", &HELD, &mut found).await?;
        } else {
            found.misses.push(Missing::from(&HELD));
        }
        if self.door.asks_tokens {
            self.counted("tokens", "v1/auth/token/accessors", &IN_USE, &mut found).await?;
        } else {
            found.misses.push(Missing::from(&IN_USE));
        }
        if found.sees.is_empty() {
            let help = "`trueup sources permit vault` prints the policy that it needs";
            return Err(http.told("it shows neither methods nor entities nor policies".to_owned(), help));
        }
        Ok(found)
    }

    /// Roles are counted method by method; there are no pages.
    async fn roles(&self, found: &mut Preflight) -> Result<(), ConnectorError> {
        let http = &self.door.http;
        let methods = match methods(http).await? {
            Ok(methods) => methods,
            Err(why) => {
                found.misses.push(Missing::from(&ROLES).because(why));
                return Ok(());
            }
        };
        let mut lack = None;
        for (mount, kind) in &methods {
            let Some((method, folder)) = method_of(kind).and_then(|one| Some((one, one.roles?))) else {
                continue;
            };
            match names(http, method.kind, &format!("v1/auth/{mount}/{folder}")).await? {
                Ok(names) => {
                    let count = names.texts("keys").unwrap_or_default().len() as u64;
                    found.counts.push((format!("{folder} of {mount}"), count));
                }
                Err(why) => lack = Some(why),
            }
        }
        told(&ROLES, lack, found);
        Ok(())
    }

    async fn counted(
        &self,
        word: &str,
        path: &str,
        sight: &Sight,
        found: &mut Preflight,
    ) -> Result<(), ConnectorError> {
        let shown = names(&self.door.http, word, path).await?;
        if let Ok(names) = &shown {
            found.counts.push((word.to_owned(), names.texts("keys").unwrap_or_default().len() as u64));
        }
        told(sight, shown.err(), found);
        Ok(())
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(out).await;
        out.asked(self.asked()).await?;
        read?;
        Ok(Taken { source: self.source(), at, bytes: self.door.http.bytes() })
    }

    async fn read(&self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.is_known().await?;
        Reading::new(&self.door, self.source()).run(out).await
    }
}

fn told(sight: &Sight, lack: Option<Lack>, found: &mut Preflight) {
    match lack {
        Some(why) => found.misses.push(Missing::from(sight).because(why)),
        None => found.sees.push(sight.title.to_owned()),
    }
}

impl Connector for Vault {
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
