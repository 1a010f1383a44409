//! Reading all of an organisation: first the lists that name things, then who is connected with each.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::super::http::{Fault, Http};
use super::super::listing::{Ids, List, Made, Object, Pages, Sightline};
use super::super::{ConnectorError, Progress, Sink};
use super::{lists, shows_nothing};
use crate::model::SourceId;
use crate::model::inventory::{Account, Entitlement, EntitlementKind, Fact, Grant, Record};
use crate::model::pull::{Lack, Missing, Refusal};

/// A pull on its way.
pub struct Reading<'a> {
    pub http: &'a Http,
    pub source: SourceId,
    pub ids: Ids,
    /// Titles of user groups by id.
    pub groups: BTreeMap<String, String>,
    pub apps: Vec<Object>,
    /// Names of systems by id.
    pub systems: Vec<(String, String)>,
    /// Last sign-ins by the ids of users, where events were read.
    pub seen: HashMap<String, Timestamp>,
    named: HashSet<String>,
    /// Whether all that gives rights is shown: a part of them would look like fewer.
    pub tells_rights: bool,
    shown: usize,
}

impl<'a> Reading<'a> {
    /// Nothing of an organisation yet.
    pub fn new(http: &'a Http, source: SourceId) -> Self {
        Self {
            http,
            source,
            ids: Ids::default(),
            groups: BTreeMap::new(),
            apps: Vec::new(),
            systems: Vec::new(),
            seen: HashMap::new(),
            named: HashSet::new(),
            tells_rights: true,
            shown: 0,
        }
    }

    /// Reads everything.
    pub async fn run(mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.judge_rights(out).await?;
        self.read_users(out).await?;
        self.read_administrators(out).await?;
        self.read_systems(out).await?;
        self.read_groups(out).await?;
        self.read_apps(out).await?;
        self.read_system_users(out).await?;
        self.read_service_accounts(out).await?;
        self.read_discovered(out).await?;
        if self.shown == 0 { Err(shows_nothing(self.http)) } else { Ok(()) }
    }

    /// Whether everything that gives rights is shown; asked before any of it is handed over.
    async fn judge_rights(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        for list in [&lists::USERS, &lists::GROUPS, &lists::APPS, &lists::SYSTEMS] {
            let line = super::count(self.http, list).await?;
            self.tells_rights &= !matches!(line, Sightline::Lacks(_));
        }
        if !self.tells_rights {
            let reason = "a part of what gives rights is not shown: with the rest alone, identities would look as if they \
                          held fewer, so that none is counted";
            out.refuse(Refusal { subject: "rights".to_owned(), reason: reason.to_owned() }).await?;
        }
        Ok(())
    }

    /// Reads a list page by page into records, and says why where it is not shown. One that counts its objects has to show
    /// each of them.
    pub async fn each(
        &mut self,
        list: &'static List,
        make: fn(&mut Self, &Object, &mut Made),
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let (mut pages, mut lack) = (Pages::of(self.http, list), None);
        let mut twice = 0;
        while let Some(page) = pages.told(out, &mut lack).await? {
            let mut made = Made::default();
            for object in &page {
                make(self, object, &mut made);
            }
            twice +=
                made.refusals.iter().filter(|one| one.reason.starts_with("it came twice")).count() as u64;
            made.hand_over(out).await?;
        }
        if let Some(total) = pages.total.filter(|total| pages.received - twice < *total && twice > 0) {
            let reason =
                format!("it says that it has {total} {}, and its pages repeat some of them", list.word);
            return Err(self.http.fails(reason));
        }
        self.note(list, lack, out).await
    }

    /// Notes whether a list was shown, and says why not.
    pub async fn note(
        &mut self,
        list: &List,
        lack: Option<Lack>,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        match lack {
            None => self.shown += 1,
            Some(why) => {
                if let Sightline::Lacks(why) = bought(list, Sightline::Lacks(why)) {
                    out.misses(Missing::from(list.sight).because(why)).await?;
                }
            }
        }
        Ok(())
    }

    /// An account of which nothing but its id and name is known.
    pub fn account(&self, id: &str, name: String) -> Account {
        Account { id: id.to_owned(), source: Some(self.source.clone()), name, ..Account::default() }
    }

    /// A right as a record, the first time that it is named.
    pub fn name(&mut self, id: &str, title: &str, kind: EntitlementKind, is_admin: bool) -> Option<Record> {
        self.named.insert(id.to_owned()).then(|| {
            Record::Entitlement(Entitlement {
                id: id.to_owned(),
                source: Some(self.source.clone()),
                title: title.to_owned(),
                kind,
                is_general_admin: Fact::Known(is_admin),
                document: None,
            })
        })
    }

    /// That an account holds a right, until somebody takes it away.
    pub fn grant(&self, account: &str, entitlement: &str, via: Vec<String>) -> Grant {
        Grant {
            account: account.to_owned(),
            entitlement: entitlement.to_owned(),
            source: Some(self.source.clone()),
            via,
            expires: Fact::Absent,
            ..Grant::default()
        }
    }

    /// Hands over what tells of rights, unless a part of the rights is hidden.
    pub async fn hand_over_rights(&self, records: Vec<Record>, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.tells_rights {
            return Ok(());
        }
        Made { records, refusals: Vec::new() }.hand_over(out).await
    }

    /// The way of a connection between two things: direct where any path is, else by the first group on one.
    pub fn way(&self, one: &Object) -> Vec<String> {
        let Some(serde_json::Value::Array(paths)) = one.get("paths") else { return Vec::new() };
        let mut by_group = Vec::new();
        for path in paths {
            let group = path.as_array().into_iter().flatten().find_map(|step| {
                let to = step.get("to")?;
                (to.get("type")?.as_str()? == "user_group").then(|| to.get("id")?.as_str())?
            });
            match group {
                None => return Vec::new(),
                Some(id) => by_group.push(self.step(id)),
            }
        }
        by_group.into_iter().next().into_iter().collect()
    }

    /// The step of a way that leads through a group.
    pub fn step(&self, id: &str) -> String {
        format!("group {}", self.groups.get(id).map_or(id, String::as_str))
    }

    /// Says how far it is where a list is asked for below many places.
    pub fn progress(what: &str, (done, of): (usize, usize), out: &Sink) {
        out.progress(Progress { what: what.to_owned(), done: done as u64, of: Some(of as u64) });
    }

    /// Whether a fault says that a list is not shown; an error for every other.
    pub fn lack(&self, list: &List, fault: Fault) -> Result<Lack, ConnectorError> {
        fault.lack().ok_or_else(|| self.http.broken(list.word, fault))
    }
}

/// A product that the organisation did not buy answers as if its part of the interface were not there.
pub fn bought(list: &List, line: Sightline) -> Sightline {
    let is_product = list.sight.id == super::sights::SAAS.id;
    match line {
        Sightline::Lacks(Lack::NotCollected) if is_product => Sightline::Lacks(Lack::NotLicensed),
        other => other,
    }
}
