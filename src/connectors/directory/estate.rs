//! A directory while it is read, and the records that it makes: accounts, passwords, groups, memberships over all
//! nesting, rights on objects.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::graph::{self, Graph};
use super::rights::{self, Held};
use super::texts::Texts;
use super::{Kind, Number, Object, account, known, sid};
use crate::connectors::{ConnectorError, Feed};
use crate::model::SourceId;
use crate::model::inventory::{Entitlement, EntitlementKind, Fact, Grant, Record};
use crate::model::pull::Refusal;

/// The longest way through groups that is written down, in steps; of longer ones the middle is left out.
const LONGEST: usize = 64;

/// What was read of a directory so far.
#[derive(Debug, Default)]
pub struct Estate {
    /// Whether it is a directory of another make than Active Directory.
    is_plain: bool,
    ids: Texts,
    rights: Texts,
    objects: Vec<(Number, Object)>,
    /// The numbers of those objects.
    held: HashSet<Number>,
    groups: HashSet<Number>,
}

impl Estate {
    /// A directory of another make than Active Directory: nobody knows what its groups allow.
    pub fn plain() -> Self {
        Self { is_plain: true, ..Self::default() }
    }

    /// The number of an identifier, whichever way its letters are written.
    pub fn id(&mut self, id: &str) -> Number {
        let number = self.ids.number(&id.to_uppercase());
        if known::name_of_everybody(id).is_some() {
            self.groups.insert(number);
        }
        number
    }

    /// The number of the identifier of a group, which may be listed elsewhere or nowhere.
    pub fn group(&mut self, id: &str) -> Number {
        let number = self.id(id);
        self.groups.insert(number);
        number
    }

    /// The number of a right's name.
    pub fn right(&mut self, name: &str) -> Number {
        self.rights.number(name)
    }

    /// Takes over an object.
    pub fn add(&mut self, object: Object) {
        let number = self.id(&object.id);
        if object.kind == Kind::Group {
            self.groups.insert(number);
        }
        self.held.insert(number);
        self.objects.push((number, object));
    }

    /// Says that an object is also known by another name, such as its distinguished name; `false` where something else
    /// is known by it already.
    pub fn name(&mut self, name: &str, of: Number) -> bool {
        self.ids.name(&name.to_uppercase(), of)
    }

    /// Whether an object with this identifier was taken over.
    pub fn has(&self, id: &str) -> bool {
        self.ids.known(&id.to_uppercase()).is_some_and(|number| self.held.contains(&number))
    }

    /// Lets other names of objects stand for them; to be done once, when everything is read.
    pub fn settle(&mut self) {
        let ids = &self.ids;
        for (_, object) in &mut self.objects {
            object.groups.iter_mut().chain(&mut object.policies).for_each(|one| *one = ids.meant(*one));
            object.members.iter_mut().for_each(|member| member.who = ids.meant(member.who));
            let entries = object.entries.iter_mut().chain(&mut object.own);
            entries.for_each(|entry| entry.who = ids.meant(entry.who));
        }
        self.groups = self.groups.iter().map(|group| ids.meant(*group)).collect();
    }

    /// Every object, to be completed when everything is read.
    pub fn objects_mut(&mut self) -> impl Iterator<Item = &mut Object> {
        self.objects.iter_mut().map(|(_, object)| object)
    }

    /// The id of a domain of this directory as a system.
    pub fn source(&self, domain: &str) -> SourceId {
        if self.is_plain { SourceId::new(format!("ldap:{domain}")) } else { source(domain) }
    }

    /// The domain with the most accounts: what the whole is about. `None` where no object names its domain.
    pub fn main_domain(&self) -> Option<String> {
        let mut count: HashMap<&str, usize> = HashMap::new();
        for (_, object) in self.objects.iter().filter(|(_, object)| !object.domain.is_empty()) {
            *count.entry(&object.domain).or_default() += usize::from(object.traits.is_some()) * 1000 + 1;
        }
        let most = count.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| b.0.cmp(a.0)));
        most.map(|(domain, _)| domain.to_owned())
    }

    /// Whether any right on an object was read: a directory without any was read without them.
    pub fn has_entries(&self) -> bool {
        self.objects.iter().any(|(_, object)| !object.entries.is_empty())
    }

    /// Hands over the accounts and passwords and, where everything was read that rights depend on (`is_told`), the
    /// groups and what everybody holds.
    pub fn finish(&self, is_told: bool, out: &Feed) -> Result<(), ConnectorError> {
        let directory = Directory::new(self);
        for (number, object) in directory.accounts() {
            let source = directory.source(number);
            out.push(Record::Account(account::account(object, &source)))?;
            if let Some(password) = account::password(object, &source) {
                out.push(Record::Credential(password))?;
            }
        }
        if is_told { directory.rights(out) } else { Ok(()) }
    }
}

/// A whole directory, to look things up in.
pub struct Directory<'a> {
    estate: &'a Estate,
    places: HashMap<Number, &'a Object>,
    /// Names of domains by the beginning of the identifiers of their objects.
    domains: HashMap<&'a str, &'a str>,
    /// Titles of groups, which every way through them repeats.
    titles: HashMap<Number, String>,
    main: String,
}

impl<'a> Directory<'a> {
    fn new(estate: &'a Estate) -> Self {
        let places = estate.objects.iter().rev().map(|(number, object)| (*number, object)).collect();
        let named = estate.objects.iter().filter(|(_, object)| !object.domain.is_empty());
        let domains = named.filter_map(|(_, one)| Some((sid::domain(&one.id)?, one.domain.as_str())));
        let main = estate.main_domain().unwrap_or_default();
        let mut made = Self { estate, places, domains: domains.collect(), titles: HashMap::new(), main };
        made.titles = estate.groups.iter().map(|group| (*group, made.worded(*group))).collect();
        made
    }

    /// Every object with its number.
    pub fn objects(&self) -> impl Iterator<Item = (Number, &'a Object)> + use<'a> {
        self.estate.objects.iter().map(|(number, object)| (*number, object))
    }

    /// Users and computers of a domain; what is built into every computer is no account.
    fn accounts(&self) -> impl Iterator<Item = (Number, &'a Object)> + use<'a> {
        let is_account = |object: &Object| matches!(object.kind, Kind::User | Kind::Computer);
        self.objects().filter(move |(_, object)| is_account(object) && !sid::is_well_known(&object.id))
    }

    /// An identifier by its number.
    pub fn id(&self, number: Number) -> &'a str {
        self.estate.ids.text(number)
    }

    /// The name of a right by its number.
    pub fn right(&self, number: Number) -> &'a str {
        self.estate.rights.text(number)
    }

    /// What sort of object it is, as far as it is listed.
    pub fn kind(&self, number: Number) -> Kind {
        match self.places.get(&number) {
            Some(object) => object.kind,
            None if self.estate.groups.contains(&number) => Kind::Group,
            None => Kind::Other,
        }
    }

    /// The name with the domain; the identifier of what is not listed. A group that carries the name of one that
    /// every domain has begins with its identifier, so that it is not taken for that one.
    pub fn title(&self, number: Number) -> String {
        self.titles.get(&number).cloned().unwrap_or_else(|| self.worded(number))
    }

    fn worded(&self, number: Number) -> String {
        let id = self.id(number);
        match self.places.get(&number) {
            Some(object) if object.kind == Kind::Group && known::is_mistakable(id, &object.name) => {
                format!("{} {}", sid::plain(id), object.title())
            }
            // Not as Active Directory writes it, whose groups mean something by their names.
            Some(object) if object.kind == Kind::Group && self.estate.is_plain => {
                format!("{} in {}", object.name, object.domain)
            }
            Some(object) => object.title(),
            None => known::name_of_everybody(id).unwrap_or(sid::plain(id)).to_owned(),
        }
    }

    /// The domain of an object: what it says, what stands before its identifier, whose identifier it has.
    pub fn domain(&self, number: Number) -> String {
        let told = self.places.get(&number).map(|object| object.domain.clone()).filter(|own| !own.is_empty());
        let id = self.id(number);
        let by_id = || Some((*self.domains.get(sid::domain(id)?)?).to_owned());
        told.or_else(by_id).or_else(|| sid::prefix(id)).unwrap_or_else(|| self.main.clone())
    }

    /// Whether it is a group of tier 0.
    pub fn is_tier_0_group(&self, number: Number) -> bool {
        let name = self.places.get(&number).map_or("", |object| object.name.as_str());
        known::is_tier_0(self.id(number), name)
    }

    fn source(&self, number: Number) -> SourceId {
        self.estate.source(&self.domain(number))
    }

    fn is_group(&self, number: Number) -> bool {
        self.kind(number) == Kind::Group
    }

    fn rights(&self, out: &Feed) -> Result<(), ConnectorError> {
        let mut graph = self.graph();
        let held = rights::by_holder(self, &mut graph);
        let used: BTreeSet<(&str, &str)> =
            held.values().flatten().map(|one| (one.domain.as_str(), one.right.as_str())).collect();
        for (domain, right) in used {
            out.push(Record::Entitlement(Entitlement {
                id: right.to_owned(),
                source: Some(self.estate.source(domain)),
                title: right.to_owned(),
                kind: EntitlementKind::Permission,
                is_general_admin: Fact::Known(false),
                document: None,
            }))?;
        }
        for group in &self.estate.groups {
            out.push(Record::Entitlement(self.entitlement(*group)))?;
        }
        for holder in self.holders(&held) {
            self.grants(holder, &mut graph, &held, out)?;
        }
        self.refusals(&held, out)
    }

    /// Who is in which group: as groups list it, by primary groups, and everybody in the groups of everybody.
    fn graph(&self) -> Graph {
        let listed = self
            .objects()
            .flat_map(|(group, object)| object.members.iter().map(move |member| (member.who, group)));
        let primary =
            self.objects().flat_map(|(who, object)| object.groups.iter().map(move |group| (who, *group)));
        let everybody = self.accounts().flat_map(|(who, object)| {
            let groups = known::everybody(&object.id).iter();
            groups.filter_map(move |(id, _)| Some((who, self.everybody(id, &object.domain)?)))
        });
        Graph::new(listed.chain(primary).chain(everybody), &|number| self.id(number).to_owned())
    }

    /// The number of a group of everybody, where anything names it.
    fn everybody(&self, id: &str, domain: &str) -> Option<Number> {
        let ids = &self.estate.ids;
        let own = format!("{}-{id}", domain.to_uppercase());
        ids.known(&own).or_else(|| ids.known(id))
    }

    /// Everybody who can hold anything, each once: accounts, and members and holders that are listed nowhere.
    fn holders(&self, held: &HashMap<Number, Vec<Held>>) -> BTreeSet<Number> {
        let unlisted = |number: &Number| {
            !self.places.contains_key(number)
                && !self.is_group(*number)
                && !sid::is_well_known(self.id(*number))
                && !self.id(*number).is_empty()
        };
        let members = self.objects().flat_map(|(_, object)| object.members.iter().map(|one| one.who));
        let all = members.chain(held.keys().copied()).filter(unlisted);
        all.chain(self.accounts().map(|(number, _)| number)).collect()
    }

    fn entitlement(&self, group: Number) -> Entitlement {
        let id = self.id(group);
        Entitlement {
            id: sid::plain(id).to_owned(),
            source: Some(self.source(group)),
            title: self.title(group),
            kind: EntitlementKind::Group,
            is_general_admin: if self.estate.is_plain {
                Fact::Hidden
            } else {
                Fact::Known(known::is_general_admin(id))
            },
            document: None,
        }
    }

    /// Everything that somebody holds, itself and by each group that it is in.
    fn grants(
        &self,
        holder: Number,
        graph: &mut Graph,
        held: &HashMap<Number, Vec<Held>>,
        out: &Feed,
    ) -> Result<(), ConnectorError> {
        let account = sid::plain(self.id(holder));
        let rights = |of: Number| held.get(&of).into_iter().flatten();
        for right in rights(holder) {
            out.push(Record::Grant(self.granted(account, right, Vec::new())))?;
        }
        for direct in graph.direct(holder).to_vec() {
            let tree = graph.tree(direct);
            for (at, step) in tree.iter().enumerate() {
                let mut via = self.written(&graph::way(&tree, at));
                out.push(Record::Grant(Grant {
                    account: account.to_owned(),
                    entitlement: sid::plain(self.id(step.group)).to_owned(),
                    source: Some(self.source(step.group)),
                    via: via.clone(),
                    expires: Fact::Absent,
                    ..Grant::default()
                }))?;
                via.insert(0, format!("group {}", self.title(step.group)));
                for right in rights(step.group) {
                    out.push(Record::Grant(self.granted(account, right, via.clone())))?;
                }
            }
        }
        Ok(())
    }

    fn granted(&self, account: &str, right: &Held, via: Vec<String>) -> Grant {
        Grant {
            account: account.to_owned(),
            entitlement: right.right.clone(),
            source: Some(self.estate.source(&right.domain)),
            via,
            action: Some(right.right.clone()),
            resource: right.resource.clone(),
            expires: Fact::Absent,
            ..Grant::default()
        }
    }

    /// A way in words.
    fn written(&self, way: &[Number]) -> Vec<String> {
        let tail = way.len().saturating_sub(LONGEST / 2);
        let is_kept = |at: &usize| *at < LONGEST / 2 || *at >= tail;
        let kept = way.iter().enumerate().filter(|(at, _)| is_kept(at));
        kept.map(|(_, group)| format!("group {}", self.title(*group))).collect()
    }

    /// Names what is not listed: members that nothing is known of, groups whose members are not known.
    fn refusals(&self, held: &HashMap<Number, Vec<Held>>, out: &Feed) -> Result<(), ConnectorError> {
        let mut told = BTreeSet::new();
        let is_unlisted =
            |number: Number| !self.places.contains_key(&number) && !sid::is_well_known(self.id(number));
        for (group, object) in self.objects() {
            for member in object.members.iter().filter(|member| is_unlisted(member.who)) {
                let what = if member.is_group { "who is in it is" } else { "what it is, is" };
                let reason = format!("it is in `{}`, and {what} not shown", self.title(group));
                told.insert((self.id(member.who), reason));
            }
        }
        for holder in held.keys().filter(|holder| is_unlisted(**holder) && self.is_group(**holder)) {
            let reason = "it is a group with rights, and who is in it is not shown".to_owned();
            told.insert((self.id(*holder), reason));
        }
        for (subject, reason) in told {
            out.refuse(Refusal { subject: sid::plain(subject).to_owned(), reason })?;
        }
        Ok(())
    }
}

/// The id of a domain as a system.
pub fn source(domain: &str) -> SourceId {
    SourceId::new(format!("ad:{}", domain.to_lowercase()))
}
