//! Directories over LDAP: Active Directory with the meaning that files of its collectors have, and those of other makes
//! (OpenLDAP, 389 Directory Server, `FreeIPA`). It only searches, in pages, and asks for named attributes.

mod active;
mod entry;
mod fault;
mod name;
mod paging;
mod permits;
mod plain;
mod reading;
mod root;
mod security;
mod session;

use std::sync::{Mutex, PoisonError};

use super::directory;
use super::http::{ADDRESS, CA, now};
use super::{
    BoxFuture, Connector, ConnectorError, Feed, Form, PASSWORD, Progress, Setting, Settings, Sink, Spec,
    Taken,
};
use crate::model::pull::{Asked, Lack, Missing, Preflight, Refusal};
use permits::{ACCOUNTS, LAST_USE, PASSWORDS, PERMITS, RIGHTS, STATE};
use reading::{Listed, Reading, Shown, make};
use root::Root;
use session::{Page, Question, Session, Target};

const BASE: &str = "base";
const USER: &str = "user";

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "ldap",
    title: "Active Directory or another directory over LDAP",
    sees: &[ACCOUNTS, STATE, LAST_USE, PASSWORDS, RIGHTS],
    settings: &[
        Setting {
            key: ADDRESS,
            title: "Address",
            help: "The server. An address that begins with ldap:// is encrypted (StartTLS) before anything is sent; on \
                   this machine only where `ca` is set.",
            is_required: true,
            form: Form::Directory("ldaps://dc1.corp.example"),
        },
        Setting {
            key: USER,
            title: "User",
            help: "Who signs in: name@domain in Active Directory, else a distinguished name. Without it nobody does.",
            is_required: false,
            form: Form::Text("trueup@corp.example"),
        },
        PASSWORD,
        Setting {
            key: BASE,
            title: "Base",
            help: "Where to look, for a part of the tree; without it all that the server names. Of a part, nobody's \
                   rights are told, for groups may lie elsewhere.",
            is_required: false,
            form: Form::Text("dc=corp,dc=example"),
        },
        CA,
    ],
    permits: PERMITS,
    recognise: None,
    connect: |settings| Ok(Box::new(Directory::open(settings)?)),
};

struct Directory {
    target: Target,
    base: Option<String>,
    /// What the look ahead began, for the pull behind it.
    begun: Mutex<Option<Begun>>,
}

/// A connection, and what was seen over it.
struct Begun {
    session: Session,
    outlook: Outlook,
}

/// What is known of a server before its entries are read.
struct Outlook {
    root: Root,
    /// Where to search.
    bases: Vec<String>,
    shown: Shown,
}

impl Directory {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let who = match (settings.value(USER), settings.secret(PASSWORD.key)) {
            (Some(user), Some(password)) => Some((user.to_owned(), password.clone())),
            (None, None) => None,
            (Some(_), None) => return Err(ConnectorError::Setting { key: PASSWORD.key }),
            (None, Some(_)) => return Err(ConnectorError::Setting { key: USER }),
        };
        let base = settings.value(BASE).map(str::to_owned);
        Ok(Self { target: Target::new(settings, who)?, base, begun: Mutex::default() })
    }

    /// Connects and finds out what this reader is shown, unless that was just done.
    async fn begin(&self) -> Result<Begun, ConnectorError> {
        let begun = self.begun.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(begun) = begun {
            return Ok(begun);
        }
        let mut session = Session::open(&self.target).await?;
        let outlook = self.survey(&mut session).await?;
        Ok(Begun { session, outlook })
    }

    /// Finds out what this reader is shown, by a handful of small questions.
    async fn survey(&self, session: &mut Session) -> Result<Outlook, ConnectorError> {
        let root = session.entry("server", "", root::ATTRIBUTES).await?;
        let root = Root::read(root.as_ref());
        let bases = self.base.clone().map_or_else(|| root.contexts.clone(), |base| vec![base]);
        if bases.is_empty() {
            let help = "set `base`, such as dc=corp,dc=example; or sign in as somebody who may see it";
            return Err(session.origin.told("it does not say where its entries lie", help));
        }
        let own = |base: &String| root.contexts.iter().any(|one| name::folded(one) == name::folded(base));
        let whole = root.contexts.is_empty() || bases.iter().all(own);
        let mut shown = Shown { whole, rights: !root.is_active, ..Shown::default() };
        let make = make(&root);
        for base in &bases {
            for list in make.lists {
                match list.kind {
                    reading::Sort::Account => shown.accounts |= session.shows(base, list.filter).await?,
                    reading::Sort::Group => shown.groups |= session.shows(base, list.filter).await?,
                    reading::Sort::Other => {}
                }
            }
            shown.last_use |= session.shows(base, make.last_use).await?;
            shown.state |= session.shows(base, make.state).await?;
            shown.passwords |= session.shows(base, make.passwords).await?;
            shown.members |= session.shows(base, "(|(member=*)(uniqueMember=*)(memberUid=*))").await?;
            if root.is_active {
                let own = session.entry("rights", base, &["nTSecurityDescriptor"]).await?;
                shown.rights |= own.is_some_and(|own| own.has("ntsecuritydescriptor"));
            }
        }
        if !shown.accounts {
            let help =
                "look at the setting `base`; `trueup sources permit ldap` prints the rights that it needs";
            return Err(session.origin.told("it shows this account nobody at all", help));
        }
        Ok(Outlook { root, bases, shown })
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let begun = self.begin().await?;
        let Outlook { root, bases, shown } = &begun.outlook;
        let missing = missing(*shown, root.is_active);
        let is_seen = |title: &str| missing.iter().all(|one| one.sight != title);
        let sees = SPEC.sees.iter().map(|sight| sight.title).filter(|title| is_seen(title));
        let told = Preflight {
            recognised: format!(
                "{} at {}, {}; directories do not count, so numbers come with the pull",
                root.make,
                self.target.origin.0,
                bases.join(" and ")
            ),
            sees: sees.map(str::to_owned).collect(),
            misses: missing.into_iter().chain(directory::ELSEWHERE.iter().map(Missing::from)).collect(),
            counts: Vec::new(),
        };
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = Some(begun);
        Ok(told)
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let read = self.read(out).await;
        out.asked(self.asked()).await?;
        let (reading, bytes) = read?;
        hand_over(reading, bytes, out).await
    }

    /// Everything that was read, and how many octets of values that were.
    async fn read(&self, out: &mut Sink) -> Result<(Reading, u64), ConnectorError> {
        let at = now();
        let Begun { mut session, outlook } = self.begin().await?;
        let Outlook { root, bases, shown } = outlook;
        let mut reading = Reading::new(&root, shown, at);
        let host = &self.target.place.host;
        for base in &bases {
            reading.domain = name::domain(base).unwrap_or_else(|| host.clone());
            for list in make(&root).lists {
                let place = if list.in_configuration { root.configuration.as_ref() } else { Some(base) };
                if let Some(place) = place {
                    pages(&mut session, list, place, &mut reading, out).await?;
                }
            }
        }
        let before = missing(reading.shown, root.is_active);
        reading.finish();
        for one in missing(reading.shown, root.is_active) {
            if !before.contains(&one) {
                out.misses(one).await?;
            }
        }
        Ok((reading, session.bytes))
    }
}

/// Reads all pages of a list; while one is taken, the next is on its way.
async fn pages(
    session: &mut Session,
    list: &Listed,
    base: &str,
    reading: &mut Reading,
    out: &Sink,
) -> Result<(), ConnectorError> {
    let question = Question { what: list.what, base, filter: list.filter, attributes: list.attributes };
    let mut seen = std::collections::HashSet::new();
    let mut page = session.page(question, &[]).await?;
    loop {
        let Page { mut entries, elsewhere, next } = page;
        for entry in &mut entries {
            whole(session, entry).await?;
        }
        let take = async {
            reading.elsewhere.extend(elsewhere);
            for entry in &entries {
                reading.take(list, entry);
            }
            let done = reading.counts.get(list.what).copied().unwrap_or(0);
            out.progress(Progress { what: list.what.to_owned(), done, of: None });
        };
        if next.is_empty() {
            take.await;
            return Ok(());
        }
        if !seen.insert(next.clone()) {
            let help = "try again; if it stays so, the server or something before it is at fault";
            return Err(session.origin.told("its pages lead in a circle", help));
        }
        let (following, ()) = tokio::join!(biased; session.page(question, &next), take);
        page = following?;
    }
}

/// Fetches the members that a server holds back because there are many.
async fn whole(session: &mut Session, entry: &mut entry::Entry) -> Result<(), ConnectorError> {
    const MEMBER: &str = "member";
    let Some((values, mut next)) = entry.part(MEMBER) else { return Ok(()) };
    let mut all = values.to_vec();
    while let Some(from) = next {
        let key = format!("{MEMBER};range={from}-*");
        let part = session.entry("members", &entry.dn, &[&key]).await?;
        let part = part.as_ref().and_then(|part| part.part(MEMBER));
        let Some((values, after)) = part.filter(|(_, after)| after.is_none_or(|after| after > from)) else {
            let help = "try again; nothing of this pull was kept";
            return Err(session.origin.told(format!("it does not show all members of {}", entry.dn), help));
        };
        all.extend_from_slice(values);
        next = after;
    }
    entry.put(MEMBER, all);
    Ok(())
}

/// Makes the records on a thread of its own, for everybody's groups have to be followed.
async fn hand_over(reading: Reading, bytes: u64, out: &Sink) -> Result<Taken, ConnectorError> {
    let feed = out.clone();
    let made = tokio::task::spawn_blocking(move || {
        let feed = Feed::new(feed);
        let Reading { estate, shown, refusals, at, .. } = reading;
        refusals.into_iter().try_for_each(|refusal| feed.refuse(refusal))?;
        let lacks = shown.lacks();
        if !lacks.is_empty() {
            let reason = format!("nobody's rights are told, for this is missing: {}", lacks.join(", "));
            feed.refuse(Refusal { subject: "rights".to_owned(), reason })?;
        }
        estate.finish(lacks.is_empty(), &feed)?;
        feed.flush()?;
        Ok(Taken { source: estate.source(&estate.main_domain().unwrap_or_default()), at, bytes })
    });
    made.await.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Err(ConnectorError::Cancelled),
    })
}

/// What is not shown, and why.
fn missing(shown: Shown, is_active: bool) -> Vec<Missing> {
    // Every account of Active Directory has these, so that one that shows none hides them.
    let kept = if is_active { Lack::Forbidden } else { Lack::NotCollected };
    let mut missing = Vec::new();
    for (is_there, sight, why) in [
        (shown.state, &STATE, kept),
        (shown.last_use, &LAST_USE, Lack::NotCollected),
        (shown.passwords, &PASSWORDS, kept),
    ] {
        missing.extend((!is_there).then(|| Missing::from(sight).because(why)));
    }
    let lacks = shown.lacks();
    if !lacks.is_empty() {
        let why = if shown.whole { Lack::Forbidden } else { Lack::NotCollected };
        let mut rights = Missing::from(&RIGHTS).because(why);
        rights.needs = format!("{}; missing here: {}", RIGHTS.needs, lacks.join(", "));
        missing.push(rights);
    }
    missing
}

impl Connector for Directory {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.target.asked()
    }
}
