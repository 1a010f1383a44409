//! Users, groups, roles and policies become records as they are read; what needs the whole file waits for its end.

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;
use serde::de::{DeserializeOwned, Error, SeqAccess};
use serde_json::json;

use super::arn;
use super::pages::{List, Taker};
use super::people::{self, Made};
use super::policy;
use super::rest::Rest;
use super::wire::{Attached, Boundary, Document, Group, Inline, Policy, Role, User, When};
use crate::connectors::open::Meter;
use crate::connectors::{ConnectorError, Feed, Progress};
use crate::model::SourceId;
use crate::model::inventory::{Entitlement, EntitlementKind, Fact, Grant, Record};
use crate::model::pull::Refusal;

/// How many items pass between two words about the progress.
const STEP: u64 = 256;

/// The state of one reading.
pub struct Reading<'a> {
    out: &'a Feed,
    /// Tells how far the reading of a file is.
    meter: Option<Meter>,
    items: u64,
    /// Why reading was stopped from here, for the reader of JSON knows only that it was.
    pub stopped: Option<ConnectorError>,
    /// The newest time in the file.
    pub newest: Option<Timestamp>,
    /// How many principals each account of AWS has.
    pub systems: BTreeMap<SourceId, u64>,
    seen: HashSet<String>,
    rest: Rest,
}

/// Who holds something: an account, or a group for its members.
pub struct Holder<'a> {
    pub id: &'a str,
    pub source: Option<&'a SourceId>,
    /// Whether it is known that the holder was never used, and so that nothing it holds was.
    pub is_unused: bool,
}

impl Taker for Reading<'_> {
    fn take<'de, A: SeqAccess<'de>>(&mut self, list: List, items: A) -> Result<(), A::Error> {
        match list {
            List::Users => self.each(list, items, Self::user),
            List::Groups => self.each(list, items, Self::group),
            List::Roles => self.each(list, items, Self::role),
            List::Policies => self.each(list, items, Self::policy),
        }
    }
}

impl<'a> Reading<'a> {
    /// Begins to read into `out`.
    pub fn new(out: &'a Feed, meter: Option<Meter>) -> Self {
        Self {
            out,
            meter,
            items: 0,
            stopped: None,
            newest: None,
            systems: BTreeMap::new(),
            seen: HashSet::new(),
            rest: Rest::default(),
        }
    }

    /// Hands over what only the whole file tells.
    pub fn finish(&mut self) -> Result<(), ConnectorError> {
        let main = self.main_system();
        let (records, refusals) = std::mem::take(&mut self.rest).finish(&main);
        for record in records {
            self.out.push(record)?;
        }
        for refusal in refusals {
            self.out.refuse(refusal)?;
        }
        Ok(())
    }

    /// The ARNs of all users and roles so far, in order.
    pub fn principals(&self) -> Vec<String> {
        let is_principal = |id: &&String| id.contains(":user/") || id.contains(":role/");
        let mut arns: Vec<String> = self.seen.iter().filter(is_principal).cloned().collect();
        arns.sort();
        arns
    }

    /// The account of AWS with the most principals: what the file as a whole is about.
    pub fn main_system(&self) -> SourceId {
        let most = self.systems.iter().max_by_key(|(_, principals)| **principals);
        most.map_or_else(|| SourceId::new("aws"), |(system, _)| system.clone())
    }

    fn each<'de, T: DeserializeOwned, A: SeqAccess<'de>>(
        &mut self,
        list: List,
        mut items: A,
        take: fn(&mut Self, T) -> Result<(), ConnectorError>,
    ) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<T>()? {
            if let Err(error) = take(self, item) {
                self.stopped = Some(error);
                return Err(A::Error::custom("stopped"));
            }
            if let (true, Some(meter)) = (self.items.is_multiple_of(STEP), &self.meter) {
                let what = format!("bytes, now {}", list.title());
                self.out.progress(Progress { what, done: meter.done(), of: Some(meter.of) });
            }
            self.items += 1;
        }
        Ok(())
    }

    fn user(&mut self, user: User) -> Result<(), ConnectorError> {
        let made = people::user(&user);
        let (id, source) = (made.account.id.clone(), made.account.source.clone());
        self.date(user.create_date.as_ref());
        if !self.account(made)? {
            return Ok(());
        }
        let holder = Holder { id: &id, source: source.as_ref(), is_unused: false };
        self.inline(&holder, user.user_policy_list)?;
        self.attached(&holder, user.attached_managed_policies)?;
        self.bounded(&holder, user.permissions_boundary)?;
        self.rest.member(&holder, user.group_list.unwrap_or_default());
        Ok(())
    }

    fn role(&mut self, role: Role) -> Result<(), ConnectorError> {
        let mut role = role;
        let document = role.assume_role_policy_document.take().map(Document::open);
        let trust =
            document.as_ref().map(|document| document.as_ref().map_err(Clone::clone).and_then(policy::trust));
        let mut made = people::role(&role, trust.as_ref().and_then(|trust| trust.as_ref().ok()));
        let named = document.as_ref().and_then(|document| policy::workload(document.as_ref().ok()?));
        made.account.aliases.extend(named);
        let (id, source) = (made.account.id.clone(), made.account.source.clone());
        let is_unused = made.account.last_seen == Fact::Absent;
        self.date(role.create_date.as_ref());
        self.date(role.role_last_used.as_ref().and_then(|used| used.last_used_date.as_ref()));
        let title = format!("trust of role {}", made.account.name);
        if !self.account(made)? {
            return Ok(());
        }
        if let (Some(Ok(document)), Some(Ok(trust))) = (&document, &trust) {
            self.out.push(Record::Entitlement(Entitlement {
                id: format!("{id}#trust"),
                source: source.clone(),
                title,
                kind: EntitlementKind::Trust,
                is_general_admin: Fact::Known(false),
                document: Some(document.to_string()),
            }))?;
            self.rest.trusted(&id, source.as_ref(), trust.principals.clone());
        } else if let Some(Err(reason)) = trust {
            self.refuse(format!("{id}#trust"), reason)?;
        }
        let holder = Holder { id: &id, source: source.as_ref(), is_unused };
        self.inline(&holder, role.role_policy_list)?;
        self.attached(&holder, role.attached_managed_policies)?;
        self.bounded(&holder, role.permissions_boundary)
    }

    fn group(&mut self, group: Group) -> Result<(), ConnectorError> {
        self.date(group.create_date.as_ref());
        let name = group.group_name.unwrap_or_default();
        let id = group.arn.unwrap_or_else(|| format!("group/{name}"));
        if !self.seen.insert(id.clone()) {
            return Ok(());
        }
        let source = arn::system(&id);
        let title = if name.is_empty() { arn::name(&id).to_owned() } else { name.clone() };
        let holder = Holder { id: &id, source: source.as_ref(), is_unused: false };
        let mut held = self.inline_entitlements(&holder, group.group_policy_list)?;
        held.extend(self.rest.attach(source.as_ref(), group.attached_managed_policies));
        self.out.push(Record::Entitlement(Entitlement {
            id: id.clone(),
            source: source.clone(),
            title: title.clone(),
            kind: EntitlementKind::Group,
            // Its policies are granted to the members one by one and judged there.
            is_general_admin: Fact::Known(false),
            // What it would give a new member, which matters even while it has none.
            document: Some(json!({ "Policies": held }).to_string()),
        }))?;
        self.rest.group(source.as_ref(), title, id, held);
        Ok(())
    }

    fn policy(&mut self, policy: Policy) -> Result<(), ConnectorError> {
        let mut policy = policy;
        self.date(policy.update_date.as_ref().or(policy.create_date.as_ref()));
        let document = policy.document();
        let name = policy.policy_name.unwrap_or_default();
        let id = policy.arn.unwrap_or_else(|| format!("policy/{name}"));
        if !self.seen.insert(id.clone()) {
            return Ok(());
        }
        let title = if name.is_empty() { arn::name(&id).to_owned() } else { name };
        let made = self.entitlement(id, title, document)?;
        if let Some(made) = self.rest.listed(made) {
            self.out.push(Record::Entitlement(made))?;
        }
        Ok(())
    }

    /// Hands over an account, once; says whether it was new.
    fn account(&mut self, made: Made) -> Result<bool, ConnectorError> {
        let Made { account, refusals } = made;
        if !self.seen.insert(account.id.clone()) {
            return Ok(false);
        }
        if let Some(system) = &account.source {
            *self.systems.entry(system.clone()).or_default() += 1;
        }
        self.rest.account(&account);
        self.out.push(Record::Account(account))?;
        for refusal in refusals {
            self.out.refuse(refusal)?;
        }
        Ok(true)
    }

    fn inline(&mut self, holder: &Holder<'_>, policies: Option<Vec<Inline>>) -> Result<(), ConnectorError> {
        for entitlement in self.inline_entitlements(holder, policies)? {
            self.out.push(Record::Grant(holder.grant(entitlement)))?;
        }
        Ok(())
    }

    /// Hands over the policies that are written into their holder; returns their ids.
    fn inline_entitlements(
        &mut self,
        holder: &Holder<'_>,
        policies: Option<Vec<Inline>>,
    ) -> Result<Vec<String>, ConnectorError> {
        let mut ids = Vec::new();
        for inline in policies.unwrap_or_default() {
            let name = inline.policy_name.unwrap_or_default();
            let id = format!("{}#inline/{name}", holder.id);
            let mut made = self.entitlement(id.clone(), name, inline.policy_document)?;
            made.source = holder.source.cloned();
            self.out.push(Record::Entitlement(made))?;
            ids.push(id);
        }
        Ok(ids)
    }

    /// A policy; one that cannot be read is named, and whether it is general admin counts as not told.
    fn entitlement(
        &mut self,
        id: String,
        title: String,
        document: Option<Document>,
    ) -> Result<Entitlement, ConnectorError> {
        let opened = document.map_or_else(|| Err("it has no document".to_owned()), Document::open);
        let judged = opened.as_ref().map_err(Clone::clone).and_then(policy::is_general_admin);
        let is_general_admin = match judged {
            _ if arn::is_administrator_access(&id) => Fact::Known(true),
            Ok(is_general_admin) => Fact::Known(is_general_admin),
            Err(reason) => {
                self.refuse(id.clone(), reason)?;
                Fact::Hidden
            }
        };
        let source = arn::system(&id);
        let document = opened.ok().map(|document| document.to_string());
        Ok(Entitlement { id, source, title, kind: EntitlementKind::Policy, is_general_admin, document })
    }

    fn attached(
        &mut self,
        holder: &Holder<'_>,
        policies: Option<Vec<Attached>>,
    ) -> Result<(), ConnectorError> {
        for entitlement in self.rest.attach(holder.source, policies) {
            self.out.push(Record::Grant(holder.grant(entitlement)))?;
        }
        Ok(())
    }

    fn bounded(&mut self, holder: &Holder<'_>, boundary: Option<Boundary>) -> Result<(), ConnectorError> {
        let Some(policy) = boundary.and_then(|boundary| boundary.permissions_boundary_arn) else {
            return Ok(());
        };
        let entitlement = self.rest.bound(holder.source, policy);
        self.out.push(Record::Grant(holder.grant(entitlement)))
    }

    fn date(&mut self, when: Option<&When>) {
        if let Some(When::At(at)) = when {
            self.newest = self.newest.max(Some(*at));
        }
    }

    fn refuse(&self, subject: String, reason: String) -> Result<(), ConnectorError> {
        self.out.refuse(Refusal { subject, reason })
    }
}

impl Holder<'_> {
    /// A standing grant: AWS's attachments have neither a date nor an end.
    pub fn grant(&self, entitlement: String) -> Grant {
        Grant {
            account: self.id.to_owned(),
            entitlement,
            source: self.source.cloned(),
            last_used: if self.is_unused { Fact::Absent } else { Fact::Hidden },
            expires: Fact::Absent,
            ..Grant::default()
        }
    }
}
