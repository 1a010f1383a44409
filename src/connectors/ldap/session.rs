//! One connection: signing in, searching in pages, and counting what was asked. Nothing is ever written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use ldap3::controls::RawControl;
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapError, Scope, SearchOptions};

use super::entry::Entry;
use super::fault::{self, Fault, Origin};
use super::paging;
use crate::connectors::http::Directory;
use crate::connectors::secret::Secret;
use crate::connectors::{ConnectorError, Settings, http};
use crate::model::pull::Asked;

/// How long a connection may take, and how long an answer may stand still.
const CONNECT: Duration = Duration::from_secs(15);
const SILENCE: Duration = Duration::from_mins(2);
/// How many entries are asked for at once, and how few where the server refuses so many.
const PAGE: usize = 500;
const SMALLEST: usize = 25;
/// Attributes that no entry has, for questions whether there is one.
const NOTHING: &[&str] = &["1.1"];
/// Asks for owners and rights without the log of accesses, which needs a privilege (MS-ADTS 3.1.1.3.4.1.11).
const DESCRIPTOR: (&str, &[u8]) = ("1.2.840.113556.1.4.801", &[0x30, 3, 2, 1, 5]);

/// Where to ask, and as whom.
#[derive(Debug)]
pub struct Target {
    pub place: Directory,
    pub origin: Origin,
    /// A name and its password; `None` signs in as nobody.
    pub who: Option<(String, Secret)>,
    trust: Arc<http::Trust>,
    is_encrypted: bool,
    journal: Journal,
}

/// What was asked, by its word on receipts.
type Journal = Arc<Mutex<BTreeMap<&'static str, Asked>>>;

/// What is searched for.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The word on receipts, such as `users`.
    pub what: &'static str,
    pub base: &'a str,
    pub filter: &'a str,
    pub attributes: &'a [&'a str],
}

/// A page of an answer.
#[derive(Debug, Default)]
pub struct Page {
    pub entries: Vec<Entry>,
    /// Other servers that hold a part; nobody follows them.
    pub elsewhere: Vec<String>,
    /// What to send for the next page; empty at the end.
    pub next: Vec<u8>,
}

/// A connection on which somebody has signed in.
pub struct Session {
    ldap: Ldap,
    pub origin: Origin,
    journal: Journal,
    /// Octets of values that came so far.
    pub bytes: u64,
    /// How many entries are asked for at once; 0 where the server cannot part its answers.
    page: usize,
}

impl Target {
    /// Where the settings lead. An address of another machine that begins unencrypted is encrypted before anything is
    /// sent, and so is one of this machine where an authority is named.
    pub fn new(settings: &Settings, who: Option<(String, Secret)>) -> Result<Self, ConnectorError> {
        let place = http::directory(settings.needed(http::ADDRESS)?)?;
        let is_encrypted = place.is_safe || !place.is_here || settings.value(http::CA.key).is_some();
        let origin = Origin(place.address.clone());
        let journal = Journal::default();
        Ok(Self { place, origin, who, trust: http::trust(settings)?, is_encrypted, journal })
    }

    /// What was asked so far, over all connections.
    pub fn asked(&self) -> Vec<Asked> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }
}

impl Session {
    /// Connects and signs in.
    pub async fn open(target: &Target) -> Result<Self, ConnectorError> {
        let origin = target.origin.clone();
        let settings = LdapConnSettings::new()
            .set_conn_timeout(CONNECT)
            .set_config(Arc::clone(&target.trust))
            .set_starttls(target.is_encrypted && !target.place.is_safe);
        let opened = LdapConnAsync::with_settings(settings, &target.place.address).await;
        let (connection, ldap) = opened.map_err(|error| origin.broken(&error, "while it was called"))?;
        // It ends when the last handle is dropped; what goes wrong is told to whoever waits for an answer.
        tokio::spawn(async move { drop(connection.drive().await) });
        let journal = Arc::clone(&target.journal);
        let mut session = Self { ldap, origin, journal, bytes: 0, page: PAGE };
        if let Some((user, password)) = &target.who {
            session.sign_in(user, password).await?;
        }
        Ok(session)
    }

    async fn sign_in(&mut self, user: &str, password: &Secret) -> Result<(), ConnectorError> {
        let what = "while signing in";
        let answer = self.ldap.with_timeout(CONNECT).simple_bind(user, password.reveal()).await;
        self.note("bind", 0);
        let answer = answer.map_err(|error| self.origin.broken(&error, what))?;
        if answer.rc == 0 { Ok(()) } else { Err(self.origin.refused(&answer, "")) }
    }

    /// Reads one entry; `None` where there is none that this account may see.
    pub async fn entry(
        &mut self,
        what: &'static str,
        name: &str,
        attributes: &[&str],
    ) -> Result<Option<Entry>, ConnectorError> {
        let question = Question { what, base: name, filter: "(objectClass=*)", attributes };
        let asked = Asking { scope: Scope::Base, most: 0, controls: vec![descriptor()] };
        match self.ask(question, asked).await {
            Ok((page, _)) => Ok(page.entries.into_iter().next()),
            Err(Fault::Refused(result)) if fault::is_hidden(result.rc) => Ok(None),
            Err(fault) => Err(self.failed(fault, what)),
        }
    }

    /// Whether there is anything of a kind that this account may see.
    pub async fn shows(&mut self, base: &str, filter: &str) -> Result<bool, ConnectorError> {
        let question = Question { what: "probes", base, filter, attributes: NOTHING };
        let asked = Asking { scope: Scope::Subtree, most: 1, controls: Vec::new() };
        match self.ask(question, asked).await {
            Ok((page, _)) => Ok(!page.entries.is_empty()),
            Err(Fault::Refused(result)) if result.rc == 50 => Ok(false),
            Err(fault) => Err(self.failed(fault, "its kinds of entries")),
        }
    }

    /// Asks for a page, after the one whose last word was `cookie`.
    pub async fn page(&mut self, question: Question<'_>, cookie: &[u8]) -> Result<Page, ConnectorError> {
        loop {
            let mut controls = vec![descriptor()];
            if self.page > 0 {
                controls.push(paging::control(self.page, cookie));
            }
            let asked = Asking { scope: Scope::Subtree, most: 0, controls };
            match self.ask(question, asked).await {
                Ok((page, _)) => return Ok(page),
                Err(Fault::Refused(result)) if fault::lacks_pages(result.rc) && self.page > 0 => {
                    self.page = 0;
                }
                Err(Fault::Refused(result))
                    if cookie.is_empty() && self.page > SMALLEST && fault::is_too_much(result.rc) =>
                {
                    self.page /= 2;
                }
                Err(fault) => return Err(self.failed(fault, question.what)),
            }
        }
    }

    fn failed(&self, fault: Fault, what: &str) -> ConnectorError {
        match fault {
            Fault::Failed(error) => error,
            Fault::Refused(result) => self.origin.refused(&result, &format!("while {what} were read")),
        }
    }

    async fn ask(&mut self, question: Question<'_>, asked: Asking) -> Result<(Page, u32), Fault> {
        let Question { what, base, filter, attributes } = question;
        let doing = format!("while {what} were read");
        let broken = |origin: &Origin, error: &LdapError| Fault::Failed(origin.broken(error, &doing));
        let most = asked.most;
        let options = SearchOptions::new().sizelimit(most);
        let ldap = self.ldap.with_search_options(options).with_timeout(SILENCE).with_controls(asked.controls);
        let started = ldap.streaming_search(base, asked.scope, filter, attributes).await;
        let mut stream = started.map_err(|error| broken(&self.origin, &error))?;
        let mut page = Page::default();
        loop {
            let next = stream.next().await.map_err(|error| broken(&self.origin, &error))?;
            let Some(item) = next else { break };
            if item.is_ref() {
                page.elsewhere.extend(referrals(item.0));
            } else if let Some(entry) = (!item.is_intermediate()).then(|| Entry::read(item.0)) {
                let help = "look whether the address leads to a directory";
                let entry = entry
                    .ok_or_else(|| Fault::Failed(self.origin.told("it sends entries that are none", help)))?;
                self.bytes += entry.size() as u64;
                page.entries.push(entry);
            }
        }
        let result = stream.finish().await;
        self.note(what, page.entries.len());
        // Where one is enough, the limit is the answer.
        if result.rc != 0 && !(most > 0 && fault::is_cut(result.rc) && !page.entries.is_empty()) {
            return Err(Fault::Refused(result));
        }
        page.next = paging::cookie(&result.ctrls);
        Ok((page, result.rc))
    }

    fn note(&self, what: &'static str, rows: usize) {
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = journal.entry(what).or_insert_with(|| {
            let what = if what == "bind" { what.to_owned() } else { format!("search {what}") };
            Asked { what, ..Asked::default() }
        });
        asked.requests += 1;
        asked.rows += rows as u64;
    }
}

/// How a question is asked.
struct Asking {
    scope: Scope,
    /// How many entries are enough; 0 asks for all.
    most: i32,
    controls: Vec<RawControl>,
}

fn descriptor() -> RawControl {
    let (kind, value) = DESCRIPTOR;
    RawControl { ctype: kind.to_owned(), crit: false, val: Some(value.to_vec()) }
}

/// The servers that a referral names.
fn referrals(tag: ldap3::asn1::StructureTag) -> Vec<String> {
    use ldap3::asn1::PL;
    let PL::C(parts) = tag.payload else { return Vec::new() };
    let text = |part: ldap3::asn1::StructureTag| match part.payload {
        PL::P(octets) => Some(String::from_utf8_lossy(&octets).into_owned()),
        PL::C(_) => None,
    };
    parts.into_iter().filter_map(text).collect()
}
