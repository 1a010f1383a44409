//! Reading all of an organisation: first the lists that name things, then who is connected with each.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;

use super::super::http::Http;
use super::super::listing::{Ids, List, Made, Object, Pages, Sightline, hidden_rights};
use super::super::{ConnectorError, Progress, Sink};
use super::{lists, shows_nothing};
use crate::model::SourceId;
use crate::model::inventory::{Account, Entitlement, EntitlementKind, Fact, Grant, Record};
use crate::model::pull::{Lack, Missing};

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

    /// Reads everything; extensions of browsers where they are wished for.
    pub async fn run(mut self, wants_extensions: bool, out: &mut Sink) -> Result<(), ConnectorError> {
        self.judge_rights(out).await?;
        self.read_users(out).await?;
        self.read_administrators(out).await?;
        self.read_systems(out).await?;
        self.read_groups(out).await?;
        self.read_apps(out).await?;
        self.read_system_users(out).await?;
        self.read_service_accounts(out).await?;
        self.read_discovered(out).await?;
        if wants_extensions {
            self.read_extensions(out).await?;
        }
        if self.shown == 0 { Err(shows_nothing(self.http)) } else { Ok(()) }
    }

    /// Whether everything that gives rights is shown; asked before any of it is handed over.
    async fn judge_rights(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        for list in [&lists::USERS, &lists::GROUPS, &lists::APPS, &lists::SYSTEMS] {
            let line = super::count(self.http, list).await?;
            self.tells_rights &= !matches!(line, Sightline::Lacks(_));
        }
        if !self.tells_rights {
            out.refuse(hidden_rights()).await?;
        }
        Ok(())
    }

    /// Reads a list page by page into records, and says why where it is not shown. One that counts its objects has to show
    /// each of them.
    pub async fn each(
        &mut self,
        list: &'static List,
        read: fn(&mut Self, &Object, &mut Made),
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let (mut pages, mut lack) = (Pages::of(self.http, list), None);
        let mut twice = 0;
        while let Some(page) = pages.told(out, &mut lack).await? {
            let mut made = Made::default();
            for object in &page {
                read(self, object, &mut made);
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
}

/// A product that the organisation did not buy answers as if its part of the interface were not there.
pub fn bought(list: &List, line: Sightline) -> Sightline {
    let is_product = list.sight.id == super::sights::SAAS.id;
    match line {
        Sightline::Lacks(Lack::NotCollected) if is_product => Sightline::Lacks(Lack::NotLicensed),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::super::Settings;
    use super::super::super::http::{ADDRESS, Auth};
    use super::super::super::listing::odd::object;
    use super::*;

    const KEYS: &[&str] = &[
        "_id",
        "id",
        "objectId",
        "name",
        "email",
        "username",
        "state",
        "suspended",
        "activated",
        "mfaEnrollment",
        "overallStatus",
        "ssh_keys",
        "sudo",
        "passwordless_sudo",
        "employeeType",
        "firstname",
        "roleName",
        "lastLogin",
        "expiresAt",
        "status",
        "authConfigList",
        "displayName",
        "lastContact",
        "paths",
        "to",
        "type",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn whatever_jumpcloud_sends_is_a_record_or_is_named(
            objects in prop::collection::vec((0_usize..4, object(KEYS)), 0..12),
        ) {
            let values = [(ADDRESS, "https://console.jumpcloud.com/api".to_owned())].into();
            let settings = Settings { values, ..Settings::default() };
            let http = Http::open(&settings, Auth::Nobody, "application/json").unwrap();
            let mut reading = Reading::new(&http, SourceId::new("jumpcloud:x"));
            let mut named = HashSet::new();
            for (kind, object) in &objects {
                let mut made = Made::default();
                match kind {
                    0 => reading.user(object, &mut made),
                    1 => reading.administrator(object, &mut made),
                    2 => reading.system(object, &mut made),
                    _ => reading.service_account(object, &mut made),
                }
                let accounts: Vec<_> = made.records.iter().filter_map(|record| match record {
                    Record::Account(one) => Some(one.id.clone()),
                    _ => None,
                }).collect();
                prop_assert_eq!(accounts.len() + made.refusals.len(), 1);
                for id in accounts {
                    prop_assert!(named.insert(id), "each id once");
                }
                prop_assert!(reading.way(object).len() <= 1);
            }
        }
    }
}
