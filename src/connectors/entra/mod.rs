//! Microsoft Entra ID, asked over Microsoft Graph: users and their second factors, service principals and applications
//! with their secrets, AI agents with who answers for them, directory roles with eligibility, permissions and consents.

mod agents;
mod batch;
mod granting;
mod inherit;
mod keys;
mod lists;
mod people;
mod products;
mod reading;
mod rights;
mod services;
mod settings;
mod sights;
mod sign_in;
mod words;

use super::http::{Http, now};
use super::listing::{List, Sightline, count};
use super::{BoxFuture, Connector, ConnectorError, Settings, Sink, Spec, Taken};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight};
use lists::LOOKED_AT;
use reading::Reading;
use sign_in::Desk;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "entra",
    title: "Microsoft Entra ID",
    sees: sights::ALL,
    settings: settings::ALL,
    permits: settings::PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Entra::open(settings)?)),
};

/// What helps when too little is shown.
const MORE_RIGHTS: &str = "`trueup sources permit entra` prints the permissions that it needs; an administrator has to \
                           consent to them";
/// What Graph asks for before it counts.
const COUNTS: (&str, &str) = ("consistencylevel", "eventual");
/// Lets what the organisation works with go first, where Graph is busy.
const LAST: (&str, &str) = ("x-ms-throttle-priority", "low");

struct Entra {
    desk: Desk,
    asks_service_sign_ins: bool,
}

/// Graph, once somebody is signed in.
struct Graph {
    http: Http,
    /// For questions of how many.
    counting: Http,
}

impl Graph {
    fn of(http: Http) -> Result<Self, ConnectorError> {
        let header = |(name, value): (&'static str, &str)| (name, value.to_owned());
        let http = http.with(vec![header(LAST)]);
        let counting = http.again()?.with(vec![header(LAST), header(COUNTS)]);
        Ok(Self { http, counting })
    }

    /// Whether a list is seen, and how many objects it has.
    async fn count(&self, list: &List) -> Result<Sightline, ConnectorError> {
        count(if list.total.is_empty() { &self.http } else { &self.counting }, list).await
    }
}

impl Entra {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let asks_service_sign_ins = settings.is_on(settings::SERVICE_SIGN_INS)?;
        Ok(Self { desk: Desk::open(settings)?, asks_service_sign_ins })
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let never = sights::NEVER.iter().map(Missing::from);
        if self.desk.is_personal() {
            let wanted = sights::ALL.iter().filter(|sight| self.is_asked(sight.id));
            let unasked = sights::ALL.iter().filter(|sight| !self.is_asked(sight.id)).map(Missing::from);
            return Ok(Preflight {
                recognised: format!(
                    "the Entra tenant {}; what is shown of it depends on who signs in when it is pulled",
                    self.desk.tenant()
                ),
                sees: wanted.map(|sight| sight.title.to_owned()).collect(),
                misses: unasked.chain(never).collect(),
                ..Preflight::default()
            });
        }
        let id = self.desk.id().await?;
        let graph = Graph::of(self.desk.program()?)?;
        let mut found = Preflight { recognised: format!("the Entra tenant {id}"), ..Preflight::default() };
        let mut lacking: Vec<(&str, Lack)> = Vec::new();
        for list in LOOKED_AT {
            match graph.count(list).await? {
                Sightline::Shown(count) => {
                    found.counts.extend(count.map(|count| (list.word.to_owned(), count)));
                }
                Sightline::Lacks(why) => lacking.push((list.sight.id, why)),
            }
        }
        self.look_further(&graph, &mut lacking).await?;
        let lacks = |id: &str| lacking.iter().find(|(of, _)| *of == id).map(|(_, why)| *why);
        if lacks(sights::USERS.id).is_some() && lacks(sights::SERVICES.id).is_some() {
            return Err(graph
                .http
                .told("it shows neither users nor service principals".to_owned(), MORE_RIGHTS));
        }
        for sight in sights::ALL {
            match lacks(sight.id) {
                Some(why) => found.misses.push(Missing::from(sight).because(why)),
                None => found.sees.push(sight.title.to_owned()),
            }
        }
        found.misses.extend(never);
        Ok(found)
    }

    /// What is not told by a list of its own, and what is asked on request only.
    async fn look_further(
        &self,
        graph: &Graph,
        lacking: &mut Vec<(&'static str, Lack)>,
    ) -> Result<(), ConnectorError> {
        for (shown_with, sight) in
            [(&sights::AGENTS, &sights::SPONSORS), (&sights::SERVICES, &sights::PERMISSIONS)]
        {
            let why = lacking.iter().find(|(id, _)| *id == shown_with.id).map(|(_, why)| *why);
            lacking.extend(why.map(|why| (sight.id, why)));
        }
        let id = sights::SERVICE_SIGN_INS.id;
        if !self.asks_service_sign_ins {
            lacking.push((id, Lack::NotCollected));
        } else if let Sightline::Lacks(why) = graph.count(&lists::SERVICE_SIGN_INS).await? {
            lacking.push((id, why));
        }
        Ok(())
    }

    fn is_asked(&self, sight: &str) -> bool {
        self.asks_service_sign_ins || sight != sights::SERVICE_SIGN_INS.id
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let id = self.desk.id().await?;
        let source = SourceId::new(format!("entra:{id}"));
        let http =
            if self.desk.is_personal() { self.desk.person(out).await? } else { self.desk.program()? };
        let graph = Graph::of(http)?;
        let reading = Reading::new(&graph, source.clone(), at, self.asks_service_sign_ins);
        let read = reading.all(out).await;
        out.asked(self.asked()).await?;
        read?;
        Ok(Taken { source, at, bytes: graph.http.bytes() })
    }
}

impl Connector for Entra {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.desk.asked()
    }
}
