//! SCIM 2.0: users, groups and agents of any service that speaks the standard (RFC 7643, 7644), with paging by index and
//! by cursor (RFC 9865), and agents as the drafts of 2026 have them.

mod records;
mod wire;

use super::http::{ADDRESS, Answer, Auth, CA, Fault, Http, PROXY, RATE, Trail, now};
use super::listing::{Made, Sightline};
use super::{
    BoxFuture, Connector, ConnectorError, Form, PASSWORD, Progress, Setting, Settings, Sink, Spec, Taken,
};
use crate::model::SourceId;
use crate::model::pull::{Asked, Lack, Missing, Preflight, Sight};
use records::{Kind, Seen};
use wire::{Page, Resource, ServiceProvider};

const TOKEN: &str = "token";
const USER: &str = "user";
const ACCEPT: &str = "application/scim+json, application/json";
/// How many objects are asked for at once; services send fewer where that is too many.
const PAGE: &str = "500";

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "scim",
    title: "SCIM 2.0 service",
    sees: &[USERS, GROUPS, AGENTS],
    settings: &[
        Setting {
            key: ADDRESS,
            title: "Address",
            help: "The address below which /Users and /Groups lie.",
            is_required: true,
            form: Form::Address("https://id.example.com/scim/v2"),
        },
        Setting {
            key: TOKEN,
            title: "Token",
            help: "Where the bearer token lies. A token that may only read is enough.",
            is_required: false,
            form: Form::Secret,
        },
        Setting {
            key: USER,
            title: "User",
            help: "The name to sign in with, for services that take a name and a password instead of a token.",
            is_required: false,
            form: Form::Text("trueup-reader"),
        },
        PASSWORD,
        CA,
        PROXY,
        RATE,
    ],
    permits: &[],
    recognise: None,
    connect: |settings| Ok(Box::new(Scim::open(settings)?)),
};

const USERS: Sight = Sight {
    id: "users",
    title: "Users, their state, roles and entitlements",
    needs: "the right to read /Users",
    feeds: &["human.users.total", "org.identities.total", "human.entitlements.granted"],
};
const GROUPS: Sight = Sight {
    id: "groups",
    title: "Groups and who is in them, also by other groups",
    needs: "the right to read /Groups",
    feeds: &["human.entitlements.granted"],
};
const AGENTS: Sight = Sight {
    id: "agents",
    title: "AI agents and their owners",
    needs: "the right to read /Agents, and a service that has them",
    feeds: &["ai.agents.total", "ai.agents.owned"],
};
/// What the standard does not have.
static NEVER: &[Sight] = &[
    Sight {
        id: "last-use",
        title: "Sign-ins and last use",
        needs: "another source: the standard has no such fields",
        feeds: &["human.users.dormant_90d", "machine.identities.unused_90d", "ai.agents.idle_60d"],
    },
    Sight {
        id: "credentials",
        title: "Second factors, keys and secrets",
        needs: "another source: the standard has no such fields",
        feeds: &["human.users.mfa_registered", "machine.credentials.total", "ai.credentials.total"],
    },
];

/// A kind of objects, and where they lie.
struct Listed {
    kind: Kind,
    path: &'static str,
    /// The word for them on receipts and in progress.
    word: &'static str,
    sight: &'static Sight,
}

/// Every kind, in the order in which it is read: groups last, for they name the others.
static LISTED: &[Listed] = &[
    Listed { kind: Kind::User, path: "Users", word: "users", sight: &USERS },
    Listed { kind: Kind::Agent, path: "Agents", word: "agents", sight: &AGENTS },
    LISTED_GROUPS,
];

const LISTED_GROUPS: Listed = Listed { kind: Kind::Group, path: "Groups", word: "groups", sight: &GROUPS };

struct Scim {
    http: Http,
}

impl Scim {
    fn open(settings: &Settings) -> Result<Self, ConnectorError> {
        let auth = match (settings.secret(TOKEN), settings.value(USER), settings.secret(PASSWORD.key)) {
            (Some(token), None, None) => Auth::Bearer(token.clone()),
            (None, Some(user), Some(password)) => Auth::Basic(user.to_owned(), password.clone()),
            (None, None, None) => Auth::Nobody,
            (None, Some(_), None) => return Err(ConnectorError::Setting { key: PASSWORD.key }),
            (None, None, Some(_)) => return Err(ConnectorError::Setting { key: USER }),
            (Some(_), ..) => {
                return Err(ConnectorError::Value {
                    key: TOKEN,
                    reason: "a user is set too".to_owned(),
                    help: "set either the token, or the user and the password".to_owned(),
                });
            }
        };
        Ok(Self { http: Http::open(settings, auth, ACCEPT)? })
    }

    fn source(&self) -> SourceId {
        SourceId::new(format!("scim:{}", self.http.host()))
    }

    /// Asks for the number of objects, and for none of them.
    async fn count(&self, listed: &Listed) -> Result<Sightline, ConnectorError> {
        let url = self.http.at(listed.path, &[("count", "0")]);
        match self.http.get::<Page>(listed.path, url).await {
            Ok(Answer { body, .. }) => Ok(Sightline::Shown(body.total_results)),
            Err(Fault::Failed(error)) => Err(error),
            // Some services refuse to send nothing.
            Err(fault) => Ok(fault.lack().map_or(Sightline::Shown(None), Sightline::Lacks)),
        }
    }

    async fn look(&self) -> Result<Preflight, ConnectorError> {
        let mut found = Preflight {
            recognised: format!("a SCIM service at {}", self.http.origin()),
            misses: NEVER.iter().map(Missing::from).collect(),
            ..Preflight::default()
        };
        for listed in LISTED {
            match self.count(listed).await? {
                Sightline::Shown(count) => {
                    found.sees.push(listed.sight.title.to_owned());
                    found.counts.extend(count.map(|count| (listed.word.to_owned(), count)));
                }
                Sightline::Lacks(why) => found.misses.push(Missing::from(listed.sight).because(why)),
            }
        }
        if found.sees.is_empty() {
            let help = "ask for the right to read /Users and /Groups, and look whether the address is whole";
            return Err(self.http.told("it shows neither users nor groups".to_owned(), help));
        }
        Ok(found)
    }

    /// Whether lists are parted by cursors; services that do not say are asked by index.
    async fn has_cursors(&self) -> Result<bool, ConnectorError> {
        let what = "ServiceProviderConfig";
        match self.http.get::<ServiceProvider>(what, self.http.at(what, &[])).await {
            Ok(Answer { body, .. }) => {
                Ok(body.pagination.and_then(|pagination| pagination.cursor).unwrap_or(false))
            }
            Err(Fault::Failed(error)) => Err(error),
            Err(_) => Ok(false),
        }
    }

    async fn run(&self, out: &mut Sink) -> Result<Taken, ConnectorError> {
        let at = now();
        let read = self.read(out).await;
        out.asked(self.asked()).await?;
        read?;
        Ok(Taken { source: self.source(), at, bytes: self.http.bytes() })
    }

    async fn read(&self, out: &mut Sink) -> Result<(), ConnectorError> {
        let has_cursors = self.has_cursors().await?;
        // Groups give rights too: where they are hidden, roles that users carry are a part that looks like fewer.
        let hides_groups = matches!(self.count(&LISTED_GROUPS).await?, Sightline::Lacks(Lack::Forbidden));
        let mut seen = Seen::new(self.source(), !hides_groups);
        for listed in LISTED {
            let pages = Pages { scim: self, listed, has_cursors };
            if let Some(why) = pages.read(&mut seen, out).await? {
                out.misses(Missing::from(listed.sight).because(why)).await?;
            }
        }
        let mut all = Vec::new();
        seen.finish(|made| all.push(made));
        for made in all {
            made.hand_over(out).await?;
        }
        Ok(())
    }
}

/// One list on its way.
struct Pages<'a> {
    scim: &'a Scim,
    listed: &'a Listed,
    has_cursors: bool,
}

impl Pages<'_> {
    /// Reads all pages; says why nothing is seen where that is so.
    async fn read(&self, seen: &mut Seen, out: &mut Sink) -> Result<Option<Lack>, ConnectorError> {
        let http = &self.scim.http;
        let (mut received, mut trail, mut cursor) = (0, Trail::default(), String::new());
        loop {
            let start = (received + 1).to_string();
            let place =
                if self.has_cursors { ("cursor", cursor.as_str()) } else { ("startIndex", start.as_str()) };
            trail.step(http, place.1)?;
            let page = match http
                .get::<Page>(self.listed.path, http.at(self.listed.path, &[place, ("count", PAGE)]))
                .await
            {
                Ok(answer) => answer.body,
                Err(fault) => match fault.lack() {
                    Some(why) if received == 0 => return Ok(Some(why)),
                    _ => return Err(http.broken(self.listed.word, fault)),
                },
            };
            let objects = page.resources.unwrap_or_default();
            http.counted(self.listed.path, objects.len());
            received += objects.len() as u64;
            let is_empty = objects.is_empty();
            self.take(objects, seen, out).await?;
            out.progress(Progress {
                what: self.listed.word.to_owned(),
                done: received,
                of: page.total_results,
            });
            let of = page.total_results;
            match page.next_cursor.filter(|_| self.has_cursors) {
                Some(next) => cursor = next,
                None if self.has_cursors || is_empty || of.is_none_or(|of| received >= of) => {
                    return self.judge(received, of).map(|()| None);
                }
                None => {}
            }
        }
    }

    /// A list of which less came than the service says there is, is not whole.
    fn judge(&self, received: u64, of: Option<u64>) -> Result<(), ConnectorError> {
        match of {
            Some(of) if received < of => {
                let reason = format!("it says that it has {of} {}, and sent {received}", self.listed.word);
                Err(self.scim.http.fails(reason))
            }
            _ => Ok(()),
        }
    }

    async fn take(
        &self,
        objects: Vec<Resource>,
        seen: &mut Seen,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let mut made = Made::default();
        for object in &objects {
            seen.take(self.listed.kind, object, &mut made);
        }
        made.hand_over(out).await
    }
}

impl Connector for Scim {
    fn preflight(&self) -> BoxFuture<'_, Result<Preflight, ConnectorError>> {
        Box::pin(self.look())
    }

    fn pull<'a>(&'a self, out: &'a mut Sink) -> BoxFuture<'a, Result<Taken, ConnectorError>> {
        Box::pin(self.run(out))
    }

    fn asked(&self) -> Vec<Asked> {
        self.http.asked()
    }
}
