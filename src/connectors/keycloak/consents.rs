//! Consents of people to clients. Keycloak has no list of them, so that each person is asked for, where that is wanted.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::StreamExt as _;
use jiff::Timestamp;

use super::super::http::Http;
use super::super::listing::{List, Made, Next, Object, of_places};
use super::super::{ConnectorError, Progress, Sink};
use super::records::Mapping;
use super::settings::CONSENTS;
use crate::model::inventory::Fact;
use crate::model::pull::Lack;

/// The consents of one person.
static CONSENTS_OF: List = List {
    word: "consents",
    path: "admin/realms/{}/consents",
    query: &[],
    items: "",
    next: Next::Never,
    total: "",
    probe: &[],
    sight: &CONSENTS,
};

/// What people let clients do in their name, by the clients' names.
#[derive(Debug, Default)]
pub struct Consents(BTreeMap<String, Given>);

/// What was given to one client.
#[derive(Debug, Default)]
pub struct Given {
    /// How many people gave it anything.
    pub people: u32,
    /// Everything that anybody let it do.
    pub scopes: BTreeSet<String>,
    /// The newest consent, where times are told.
    pub last: Fact<Timestamp>,
}

/// Asks for the consents of each person; why they are not shown, where they are not.
pub async fn read(
    http: &Http,
    realm: &str,
    (mapping, out): (&mut Mapping, &mut Sink),
) -> Result<Option<Lack>, ConnectorError> {
    let places: Vec<String> = mapping.people().map(|id| format!("{realm}/users/{id}")).collect();
    let of = Some(places.len() as u64);
    let (mut all, mut done) = (Consents::default(), 0);
    let mut asked = of_places(http, &CONSENTS_OF, places);
    while let Some(found) = asked.next().await {
        match found? {
            (_, Ok(consents)) => all.take(&consents),
            // Somebody who went meanwhile consents to nothing.
            (_, Err(Lack::NotCollected)) => {}
            (_, Err(lack)) => return Ok(Some(lack)),
        }
        done += 1;
        out.progress(Progress { what: CONSENTS_OF.word.to_owned(), done, of });
    }
    drop(asked);
    let mut made = Made::default();
    for (client, given) in all.0 {
        mapping.consented(&client, given, &mut made);
    }
    made.hand_over(out).await.map(|()| None)
}

impl Consents {
    /// Takes what one person consented to.
    pub fn take(&mut self, consents: &[Object]) {
        let mut met = BTreeSet::new();
        for consent in consents {
            let Some(client) = consent.text("clientId") else { continue };
            let given = self.0.entry(client.clone()).or_default();
            given.people += u32::from(met.insert(client));
            given.scopes.extend(consent.texts("grantedClientScopes").unwrap_or_default());
            let at = ["lastUpdatedDate", "createdDate"].map(|key| consent.time(key));
            given.last = at.into_iter().filter(Fact::is_told).fold(given.last, |last, at| match (last, at) {
                (Fact::Known(last), Fact::Known(at)) => Fact::Known(last.max(at)),
                (_, at) => at,
            });
        }
    }
}
