//! Objects become those of a directory as they are read; what they are is known at the end of their document.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::document::Taker;
use super::wire::{self, Item, LocalGroup, Meta, Pointed, Properties, Reference, number, switch, text};
use crate::connectors::directory::account::{Flags, Traits};
use crate::connectors::directory::estate::Estate;
use crate::connectors::directory::time::{last_seen, moment};
use crate::connectors::directory::{Entry, Kind, Member, Number, Object, sid};
use crate::connectors::open::content;
use crate::connectors::{ConnectorError, Feed, Progress};
use crate::model::inventory::Fact;
use crate::model::pull::Refusal;

/// Versions of the format that are read.
const VERSIONS: std::ops::RangeInclusive<u64> = 5..=6;
/// How many objects pass between two words about the progress.
const STEP: u64 = 512;

/// What the objects of a document are, by the word at its end.
const KINDS: &[(&str, Kind)] = &[
    ("users", Kind::User),
    ("computers", Kind::Computer),
    ("groups", Kind::Group),
    ("domains", Kind::Domain),
    ("ous", Kind::Unit),
    ("gpos", Kind::Policy),
    ("containers", Kind::Other),
    ("enterprisecas", Kind::Authority),
    ("rootcas", Kind::Authority),
    ("aiacas", Kind::Authority),
    ("ntauthstores", Kind::Authority),
    ("certtemplates", Kind::Other),
    ("issuancepolicies", Kind::Other),
];

/// Without these nobody's rights are told: who is in what, and what everybody in it may do.
const NEEDED: &[&str] = &["users", "computers", "groups", "domains"];

/// Local groups by the number at the end of their identifier, and what being in them allows.
const LOCAL: &[(&str, &str)] =
    &[("-544", "AdminTo"), ("-555", "CanRDP"), ("-562", "ExecuteDCOM"), ("-580", "CanPSRemote")];

/// The state of one reading.
pub struct Reading<'a> {
    pub estate: Estate,
    /// Objects by the words at the ends of their documents.
    pub counts: BTreeMap<&'static str, u64>,
    pub refusals: Vec<Refusal>,
    /// Objects whose kind is not known yet.
    waiting: Vec<Object>,
    /// How many of them were deleted and do not wait.
    deleted: u64,
    /// The file's name, and the name within an archive.
    pub place: (&'a std::path::Path, String),
    out: Option<&'a Feed>,
    items: u64,
    newest: Option<Timestamp>,
    latest: Timestamp,
}

/// The word of a kind of documents, if it is one.
pub fn word(kind: &str) -> Option<&'static str> {
    KINDS.iter().find(|(word, _)| *word == kind).map(|(word, _)| *word)
}

impl<'a> Reading<'a> {
    /// Begins; with `out`, the progress is told there and a closed one ends the reading. Times after `modified`, when
    /// the file was written, do not date it.
    pub fn new(path: &'a std::path::Path, modified: Timestamp, out: Option<&'a Feed>) -> Self {
        Self {
            estate: Estate::default(),
            counts: BTreeMap::new(),
            refusals: Vec::new(),
            waiting: Vec::new(),
            deleted: 0,
            place: (path, String::new()),
            out,
            items: 0,
            newest: None,
            latest: modified.checked_add(SignedDuration::from_hours(24)).unwrap_or(Timestamp::MAX),
        }
    }

    /// The newest time in the data.
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// What is missing for anybody's rights to be told; empty when nothing is.
    pub fn missing(&self) -> Vec<&'static str> {
        let lacks = |word: &&'static str| !self.counts.contains_key(word);
        let mut missing: Vec<_> = NEEDED.iter().copied().filter(lacks).collect();
        if missing.is_empty() && !self.estate.has_entries() {
            missing.push("rights on objects (collection method ACL)");
        }
        missing
    }

    fn wrong(&self, reason: impl Into<String>, help: &str) -> ConnectorError {
        content(self.place.0, self.place.1.clone(), reason, help)
    }

    fn object(&mut self, item: Item) -> Option<Object> {
        let id = item.object_identifier.filter(|id| !id.is_empty())?;
        let properties = item.properties.unwrap_or_default();
        let domain = text(properties.domain.as_ref()).unwrap_or_default().to_lowercase();
        let mut object = Object {
            name: name(&properties, &domain),
            distinguished: text(properties.distinguishedname.as_ref()).unwrap_or_default(),
            domain: if domain.is_empty() { sid::prefix(&id).unwrap_or_default() } else { domain },
            id: id.to_uppercase(),
            traits: Some(Box::new(traits(&properties))),
            ..Object::default()
        };
        self.date(object.traits.as_deref());
        if let Some(group) = item.primary_group.filter(|group| !group.is_empty()) {
            object.groups.push(self.estate.group(&group));
        }
        for member in item.members.into_iter().flatten() {
            object.members.extend(self.member(member));
        }
        for ace in item.aces.into_iter().flatten() {
            let (Some(principal), Some(right)) = (ace.principal, ace.right_name) else { continue };
            let reference = Reference { object_identifier: Some(principal), object_type: ace.principal_type };
            object.entries.extend(self.entry(&right, reference));
        }
        for acts in item.allowed_to_act.into_iter().flatten() {
            object.entries.extend(self.entry("AllowedToAct", acts));
        }
        self.local(item.local_groups, &mut object);
        let delegated = item.allowed_to_delegate.into_iter().flatten().map(|target| match target {
            Pointed::Bare(id) => Reference { object_identifier: Some(id), object_type: None },
            Pointed::Whole(reference) => reference,
        });
        let delegated = delegated.map(|target| ("AllowedToDelegate", target));
        let dumped = item.dump_smsa_password.into_iter().flatten().map(|one| ("DumpSMSAPassword", one));
        for (right, target) in delegated.chain(dumped).collect::<Vec<_>>() {
            object.own.extend(self.entry(right, target));
        }
        for former in item.has_sid_history.into_iter().flatten() {
            self.history(former, &mut object);
        }
        let links = item.links.into_iter().flatten().filter_map(|link| link.policy);
        object.policies = links.map(|policy| self.estate.id(&policy)).collect();
        Some(object)
    }

    /// The number of another object.
    fn other(&mut self, reference: Reference) -> Option<(Number, bool)> {
        let id = reference.object_identifier.filter(|id| !id.is_empty())?;
        let is_group = reference.object_type.is_some_and(|kind| kind.eq_ignore_ascii_case("group"));
        Some((if is_group { self.estate.group(&id) } else { self.estate.id(&id) }, is_group))
    }

    fn member(&mut self, reference: Reference) -> Option<Member> {
        let (who, is_group) = self.other(reference)?;
        Some(Member { who, is_group })
    }

    fn entry(&mut self, right: &str, reference: Reference) -> Option<Entry> {
        let (who, _) = self.other(reference)?;
        Some(Entry { who, right: self.estate.right(right) })
    }

    /// What others may do on a computer by its own groups.
    fn local(&mut self, groups: Option<Vec<LocalGroup>>, object: &mut Object) {
        for group in groups.into_iter().flatten() {
            let id = group.object_identifier.unwrap_or_default();
            let Some((_, right)) = LOCAL.iter().find(|(ending, _)| id.ends_with(ending)) else { continue };
            for member in group.results.into_iter().flatten() {
                object.entries.extend(self.entry(right, member));
            }
        }
    }

    /// An identifier that the account had before counts like a membership; of an account it is a right.
    fn history(&mut self, former: Reference, object: &mut Object) {
        match self.other(former) {
            Some((group, true)) => object.groups.push(group),
            Some((who, false)) => {
                object.own.push(Entry { who, right: self.estate.right("HasSIDHistory") });
            }
            None => {}
        }
    }

    fn date(&mut self, traits: Option<&Traits>) {
        let Some(traits) = traits else { return };
        let all = [traits.created, traits.last_seen, traits.password_set];
        let told = all.iter().filter_map(Fact::known).copied().filter(|at| *at <= self.latest);
        self.newest = told.max().max(self.newest);
    }
}

impl Taker for Reading<'_> {
    fn item(&mut self, item: Item) -> Result<(), ConnectorError> {
        if let Some(out) = self.out.filter(|_| self.items.is_multiple_of(STEP)) {
            out.progress(Progress { what: "objects".to_owned(), done: self.items, of: None });
            if out.is_closed() {
                return Err(ConnectorError::Cancelled);
            }
        }
        self.items += 1;
        if item.is_deleted == Some(true) {
            self.deleted += 1;
            return Ok(());
        }
        match self.object(item) {
            Some(object) => self.waiting.push(object),
            None => {
                return Err(self.wrong(
                    "an object has no `ObjectIdentifier`",
                    "collect it again; without it nobody can be told from others",
                ));
            }
        }
        Ok(())
    }

    fn end(&mut self, meta: Option<Meta>) -> Result<(), ConnectorError> {
        let Some(meta) = meta else {
            let help = "collect it again, or cut files by whole documents; it says what the objects are";
            return Err(self.wrong("it has no `meta` at its end", help));
        };
        if !meta.version.is_some_and(|version| VERSIONS.contains(&version)) {
            let version =
                meta.version.map_or("no version".to_owned(), |version| format!("version {version}"));
            let reason = format!("it is of {version} of the format; versions 5 and 6 are read");
            return Err(self.wrong(reason, "collect it with SharpHound 2, which writes version 6"));
        }
        let Some((word, kind)) = KINDS.iter().find(|(word, _)| *word == meta.kind) else {
            let known: Vec<_> = KINDS.iter().map(|(word, _)| *word).collect();
            let help = format!("these are read: {}", known.join(", "));
            return Err(self.wrong(format!("its objects are `{}`, which nobody knows", meta.kind), &help));
        };
        let there = self.waiting.len() as u64 + self.deleted;
        if let Some(count) = meta.count.filter(|count| *count != there) {
            let reason = format!("it says that it has {count} {word}, and has {there}");
            self.refusals.push(Refusal { subject: (*word).to_owned(), reason });
        }
        *self.counts.entry(word).or_default() += there;
        self.deleted = 0;
        let is_account = matches!(kind, Kind::User | Kind::Computer);
        for mut object in self.waiting.drain(..) {
            object.kind = *kind;
            object.traits = object.traits.filter(|_| is_account);
            self.estate.add(object);
        }
        Ok(())
    }
}

/// The name of an object without its domain.
fn name(properties: &Properties, domain: &str) -> String {
    let full = || {
        let name = text(properties.name.as_ref())?;
        let short = name.rsplit_once('@').filter(|(_, of)| of.eq_ignore_ascii_case(domain));
        Some(short.map_or(name.as_str(), |(short, _)| short).to_owned())
    };
    text(properties.samaccountname.as_ref()).or_else(full).unwrap_or_default()
}

fn traits(own: &Properties) -> Traits {
    let is = |value: &Option<serde_json::Value>| switch(value.as_ref());
    let services = own.serviceprincipalnames.as_ref().and_then(serde_json::Value::as_array);
    let control = number(own.useraccountcontrol.as_ref()).and_then(|control| u32::try_from(control).ok());
    let told = Flags {
        is_enabled: is(&own.enabled),
        never_expires: is(&own.pwdneverexpires),
        needs_smart_card: is(&own.smartcardrequired),
        delegates_any: is(&own.unconstraineddelegation),
    };
    Traits {
        principal: text(own.userprincipalname.as_ref()),
        title: text(own.title.as_ref()),
        display: text(own.displayname.as_ref()),
        mail: text(own.email.as_ref()),
        description: text(own.description.as_ref()),
        is_managed: [&own.gmsa, &own.msa, &own.dmsa].iter().any(|flag| is(flag) == Some(true)),
        has_services: is(&own.hasspn).or_else(|| services.map(|names| !names.is_empty())),
        flags: control.map_or(told, |control| told.or(Flags::of(control))),
        created: told_moment(own.whencreated.as_ref()),
        last_seen: last_seen(
            wire::number(own.lastlogontimestamp.as_ref()),
            wire::number(own.lastlogon.as_ref()),
        ),
        password_set: moment(number(own.pwdlastset.as_ref())),
        plain: None,
    }
}

/// A time that every object has: "never" is not told.
fn told_moment(value: Option<&serde_json::Value>) -> Fact<Timestamp> {
    moment(number(value)).known().map_or(Fact::Hidden, |at| Fact::Known(*at))
}
