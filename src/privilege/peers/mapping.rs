//! Who is compared with whom, and why: what a register or a tag names, then the owner's job, then the declared
//! purpose. Nothing is guessed from names.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::inventory::{Agent, Class, Fact};
use crate::model::merged::{Identity, IdentityAt, Inventory};

/// A purpose names a job in at most so many words.
const WORDS: usize = 6;

/// Who is compared with whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// By agent: one group for each job that its rows name, usually one.
    pub agents: BTreeMap<IdentityAt, Vec<Mapped>>,
    pub groups: Vec<Group>,
}

/// An agent's way to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// The place of the group; `None` when there is nobody.
    pub group: Option<usize>,
    /// By what it was mapped, or what is missing, for people.
    pub because: String,
}

/// People that agents are compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// The job as somebody wrote it, or the owner.
    pub name: String,
    /// Sorted; the owner alone where he stands in.
    pub people: Vec<IdentityAt>,
}

impl Plan {
    /// Maps every agent; `fewest` people on a job say what people have.
    pub fn of(inventory: &Inventory, fewest: usize) -> Self {
        let mut made = Self::default();
        let jobs = Jobs::of(inventory);
        let mut places: HashMap<String, usize> = HashMap::new();
        for (at, identity) in inventory.identities.iter().enumerate() {
            if identity.class().known() == Some(&Class::Ai) {
                let agent = Asked { inventory, jobs: &jobs, identity, fewest };
                let mapped =
                    agent.candidates().into_iter().map(|found| made.place(found, &mut places)).collect();
                made.agents.insert(at, mapped);
            }
        }
        made
    }

    /// Everybody whose rights are needed, sorted.
    pub fn people(&self) -> Vec<IdentityAt> {
        let all: BTreeSet<IdentityAt> = self.groups.iter().flat_map(|group| &group.people).copied().collect();
        all.into_iter().collect()
    }

    fn place(&mut self, found: Found<'_>, places: &mut HashMap<String, usize>) -> Mapped {
        let group = found.group.map(|(key, group)| {
            *places.entry(key).or_insert_with(|| {
                self.groups.push(group.into_owned());
                self.groups.len() - 1
            })
        });
        Mapped { group, because: found.because }
    }
}

/// The job as it is compared: without case and surrounding blanks.
fn key(job: &str) -> String {
    job.trim().to_lowercase()
}

/// Active people by job, with its title as the first of them has it.
struct Jobs(HashMap<String, Group>);

impl Jobs {
    fn of(inventory: &Inventory) -> Self {
        let mut jobs: HashMap<String, Group> = HashMap::new();
        for (at, identity) in inventory.identities.iter().enumerate() {
            if let Some(job) = identity.job.known().filter(|job| !job.trim().is_empty())
                && is_active_person(inventory, identity)
            {
                let blank = || Group { name: job.trim().to_owned(), people: Vec::new() };
                jobs.entry(key(job)).or_insert_with(blank).people.push(at);
            }
        }
        Self(jobs)
    }

    /// The one job that a text names in whole words; `None` when it names none or several.
    fn named_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        let words = words(text);
        let mut found: Option<&str> = None;
        let mut from = 0;
        while from < words.len() {
            let windows = (1..=WORDS.min(words.len() - from)).rev();
            let longest = windows.filter_map(|count| {
                let (start, end) = (words.get(from)?.0, words.get(from + count - 1)?.1);
                let window = text.get(start..end)?;
                self.0.contains_key(&key(window)).then_some((count, window))
            });
            match longest.into_iter().next() {
                Some((_, other)) if found.is_some_and(|job| key(job) != key(other)) => return None,
                Some((count, job)) => (found, from) = (Some(job), from + count),
                None => from += 1,
            }
        }
        found
    }
}

/// Where the words of a text begin and end, without marks around them.
fn words(text: &str) -> Vec<(usize, usize)> {
    let is_mark = |c: char| !c.is_alphanumeric();
    let place = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace()
        .map(|word| word.trim_matches(is_mark))
        .filter(|word| !word.is_empty())
        .map(|word| (place(word), place(word) + word.len()))
        .collect()
}

/// A person of whom no source says that the employment ended or that every account is disabled.
fn is_active_person(inventory: &Inventory, identity: &Identity) -> bool {
    let is_ended = match (&identity.ended, inventory.taken) {
        (Fact::Known(end), Some(now)) => *end <= now,
        (Fact::Known(_), None) => true,
        _ => false,
    };
    let is_disabled = !identity.accounts.is_empty()
        && identity.accounts.iter().all(|account| account.is_enabled == Fact::Known(false));
    identity.class().known() == Some(&Class::Human) && !is_ended && !is_disabled
}

/// A group by the key under which it is kept, before it has a place.
struct Found<'a> {
    group: Option<(String, Cow<'a, Group>)>,
    because: String,
}

/// One agent while it is mapped.
#[derive(Clone, Copy)]
struct Asked<'a> {
    inventory: &'a Inventory,
    jobs: &'a Jobs,
    identity: &'a Identity,
    fewest: usize,
}

impl<'a> Asked<'a> {
    /// The first of the ways that says anything.
    fn candidates(self) -> Vec<Found<'a>> {
        let mut named = self.explicit();
        if named.is_empty() && self.rows().any(|row| row.peer_role == Fact::Absent) {
            return vec![self.owner_instead("the register names no human role")];
        }
        if named.is_empty() {
            named = self.owners_jobs();
        }
        if named.is_empty() {
            named = self.purposes();
        }
        if named.is_empty() {
            return vec![self.owner_instead("no job is named")];
        }
        named.into_values().map(|(job, because)| self.job(job, because)).collect()
    }

    fn rows(self) -> impl Iterator<Item = &'a Agent> {
        let inventory = self.inventory;
        self.identity.agents.iter().filter_map(|at| Some(&inventory.agents.get(*at)?.row))
    }

    /// What the register of agents names, else what the identity itself carries.
    fn explicit(self) -> BTreeMap<String, (&'a str, String)> {
        let rows = self.rows().filter_map(|row| row.peer_role.known());
        let register = distinct(rows.map(|job| (job.as_str(), "the register of AI agents".to_owned())));
        if !register.is_empty() {
            return register;
        }
        let own = self.identity.job.known().into_iter();
        distinct(own.map(|job| (job.as_str(), "the job that its source gives it".to_owned())))
    }

    fn owners_jobs(self) -> BTreeMap<String, (&'a str, String)> {
        let owners = self.owners().into_iter().filter_map(|(_, owner)| {
            Some((owner.job.known()?.as_str(), format!("the job of its owner {}", owner.name)))
        });
        distinct(owners)
    }

    fn purposes(self) -> BTreeMap<String, (&'a str, String)> {
        let tasks = self.rows().filter_map(|row| row.task.known());
        distinct(tasks.filter_map(|task| {
            let job = self.jobs.named_in(task)?;
            Some((job, format!("its purpose, “{}”", task.trim())))
        }))
    }

    /// The people that the rows name as owners, else the one of the identity.
    fn owners(self) -> Vec<(IdentityAt, &'a Identity)> {
        let mut named: BTreeSet<&str> =
            self.rows().filter_map(|row| row.owner.known()).map(String::as_str).collect();
        if named.is_empty() {
            named.extend(self.identity.owner.known().map(String::as_str));
        }
        let person = |text: &str| {
            let at = (*self.inventory.by_key.get(&text.trim().to_lowercase())?)?;
            let owner = self.inventory.identities.get(at)?;
            (owner.class().known() == Some(&Class::Human)).then_some((at, owner))
        };
        named.into_iter().filter_map(person).collect()
    }

    fn job(self, job: &str, because: String) -> Found<'a> {
        let known = self.jobs.0.get(&key(job));
        let Some(group) = known.filter(|group| group.people.len() >= self.fewest) else {
            let few = format!("fewer than {} people are known to be {}", self.fewest, job.trim());
            return self.owner_instead(&few);
        };
        Found { group: Some((format!("job {}", key(job)), Cow::Borrowed(group))), because }
    }

    /// The owner's own rights where no job has enough people.
    fn owner_instead(self, why: &str) -> Found<'a> {
        let mut active =
            self.owners().into_iter().filter(|(_, owner)| is_active_person(self.inventory, owner));
        match (active.next(), active.next()) {
            (Some((at, owner)), None) => {
                let group = Group { name: owner.name.clone(), people: vec![at] };
                Found {
                    group: Some((format!("owner {at}"), Cow::Owned(group))),
                    because: format!("its owner, since {why}"),
                }
            }
            (Some(_), Some(_)) => Found { group: None, because: format!("{why}, and it has several owners") },
            (None, _) => {
                Found { group: None, because: format!("{why}, and no person is known as its owner") }
            }
        }
    }
}

/// Each job once, with the first reason for it.
fn distinct<'a>(named: impl Iterator<Item = (&'a str, String)>) -> BTreeMap<String, (&'a str, String)> {
    let mut jobs = BTreeMap::new();
    for (job, because) in named.filter(|(job, _)| !job.trim().is_empty()) {
        jobs.entry(key(job)).or_insert((job, because));
    }
    jobs
}
