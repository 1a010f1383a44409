//! One pull of a server: methods, their roles, entities, policies, tokens.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use futures_util::stream::{self, BoxStream, StreamExt as _};
use serde_json::{Value, json};

use super::super::http::{Ask, Body, Fault, Http, Verb, json};
use super::super::listing::{Made, Object};
use super::super::{BoxFuture, ConnectorError, Progress, Sink};
use super::records::{Mapping, Method, joined, method_of};
use super::settings::{Door, HELD, IN_USE, PEOPLE, POLICIES, ROLES};
use crate::model::SourceId;
use crate::model::pull::{Lack, Missing, Sight};

/// How many are asked for at a time.
const AT_ONCE: usize = 6;
/// How many are handed over at a time.
const BATCH: usize = 200;

/// What is shown of something, or why it is not.
pub type Shown<T> = Result<T, Lack>;

/// An object of each of several paths, as each is ready.
type Each<'a> = BoxStream<'a, Result<(String, Shown<Object>), ConnectorError>>;

/// What was read so far.
pub struct Reading<'a> {
    door: &'a Door,
    http: &'a Http,
    mapping: Mapping,
    /// Kinds of methods all of whose roles were listed.
    listed: BTreeSet<&'static str>,
}

/// The methods of a server: where each is mounted, and its kind.
pub async fn methods(http: &Http) -> Result<Shown<BTreeMap<String, String>>, ConnectorError> {
    Ok(object(http, "methods", "v1/sys/auth").await?.map(|all| {
        let one = |(mount, value): (&str, &Value)| {
            let kind = Object::of(value.clone())?.text("type")?;
            Some((mount.trim_end_matches('/').to_owned(), kind))
        };
        all.pairs().filter_map(one).collect()
    }))
}

/// Where policies lie, and their names. Servers that have none at their newer place have them at the older one.
pub async fn policies(http: &Http) -> Result<Shown<(&'static str, Vec<String>)>, ConnectorError> {
    let (newer, older) = ("v1/sys/policies/acl", "v1/sys/policy");
    let listed = |found: Object| found.texts("keys").or_else(|| found.texts("policies")).unwrap_or_default();
    match names(http, "policies", newer).await? {
        Ok(found) if found.texts("keys").is_some_and(|keys| !keys.is_empty()) => {
            Ok(Ok((newer, listed(found))))
        }
        Err(lack @ (Lack::Forbidden | Lack::NotLicensed)) => Ok(Err(lack)),
        // Every server has some.
        _ => Ok(object(http, "policies", older).await?.map(|found| (older, listed(found)))),
    }
}

/// Names below a path: by the verb of lists, or as a question where something between does not know it. Nothing there is
/// an empty list.
pub async fn names(http: &Http, what: &str, path: &str) -> Result<Shown<Object>, ConnectorError> {
    let ask = Ask { what, url: http.at(path, &[]), verb: Verb::List };
    let answer = match http.ask(&ask, json::<Object>).await {
        Err(Fault::Rejected(said)) if ["400", "405", "501"].iter().any(|status| said.starts_with(status)) => {
            http.get::<Object>(what, http.at(&format!("{path}/"), &[("list", "true")])).await
        }
        answer => answer,
    };
    match answer {
        Ok(answer) => {
            let found = inside(answer.body);
            http.counted(what, found.texts("keys").unwrap_or_default().len());
            Ok(Ok(found))
        }
        Err(Fault::NoSuch) => Ok(Ok(Object::default())),
        Err(fault) => lack(http, what, fault),
    }
}

async fn object(http: &Http, what: &str, path: &str) -> Result<Shown<Object>, ConnectorError> {
    match http.get::<Object>(what, http.at(path, &[])).await {
        Ok(answer) => Ok(Ok(inside(answer.body))),
        Err(fault) => lack(http, what, fault),
    }
}

fn lack<T>(http: &Http, what: &str, fault: Fault) -> Result<Shown<T>, ConnectorError> {
    match (fault.lack(), &fault) {
        (Some(lack), _) => Ok(Err(lack)),
        (None, Fault::Rejected(said)) if said.starts_with("404") => Ok(Err(Lack::NotCollected)),
        (None, _) => Err(http.broken(what, fault)),
    }
}

/// What lies in an answer's envelope; some servers send some answers without one.
fn inside(answer: Object) -> Object {
    answer.object("data").unwrap_or(answer)
}

/// The objects of several paths; the place that stands with each is the path.
fn each<'a>(http: &'a Http, what: &'static str, paths: Vec<String>) -> Each<'a> {
    let ask = move |path: String| -> BoxFuture<'a, Result<(String, Shown<Object>), ConnectorError>> {
        Box::pin(async move {
            let found = object(http, what, &path).await?;
            Ok((path, found))
        })
    };
    let asked: Vec<_> = paths.into_iter().map(ask).collect();
    stream::iter(asked).buffer_unordered(AT_ONCE).boxed()
}

impl<'a> Reading<'a> {
    /// Nothing yet.
    pub fn new(door: &'a Door, source: SourceId) -> Self {
        Self { door, http: &door.http, mapping: Mapping::new(source), listed: BTreeSet::new() }
    }

    /// Reads everything that is shown; what policies allow comes before those who hold them.
    pub async fn run(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        self.policies(out).await?;
        self.roles(out).await?;
        self.entities(out).await?;
        self.tokens(out).await
    }

    async fn policies(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let (path, names) = match policies(self.http).await? {
            Ok(found) => found,
            Err(lack) => return miss(&POLICIES, lack, out).await,
        };
        let (mut lack, mut made) = (None, Made::default());
        // Nobody has written down what the strongest one allows.
        let paths =
            names.iter().filter(|name| *name != "root").map(|name| format!("{path}/{name}")).collect();
        let mut asked = each(self.http, "policy", paths);
        while let Some(found) = asked.next().await {
            let (place, found) = found?;
            let name = place.strip_prefix(path).unwrap_or(&place).trim_start_matches('/');
            match found {
                Ok(policy) => {
                    let text = policy.text("policy").or_else(|| policy.text("rules"));
                    self.mapping.policy(name, text.as_deref().or(Some("")), &mut made);
                }
                Err(why) => {
                    lack = lack.or(Some(why));
                    self.mapping.policy(name, None, &mut made);
                }
            }
        }
        made.hand_over(out).await?;
        match lack {
            Some(lack) => miss(&POLICIES, lack, out).await,
            None => Ok(()),
        }
    }

    async fn roles(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let methods = match methods(self.http).await? {
            Ok(methods) => methods,
            Err(lack) => return miss(&ROLES, lack, out).await,
        };
        let mut lacks: HashMap<&'static str, Lack> = HashMap::new();
        self.listed = methods.values().filter_map(|kind| method_of(kind)).map(|method| method.kind).collect();
        for (mount, kind) in &methods {
            let Some(method) = method_of(kind).filter(|method| method.roles.is_some()) else { continue };
            if let Some(why) = self.method(mount, method, out).await? {
                self.listed.remove(method.kind);
                let sight = if method.kind == "userpass" { PEOPLE.id } else { ROLES.id };
                lacks.insert(sight, why);
            }
        }
        for sight in [&ROLES, &PEOPLE] {
            if let Some(lack) = lacks.get(sight.id) {
                miss(sight, *lack, out).await?;
            }
        }
        Ok(())
    }

    /// The roles of a method; says why they are not shown.
    async fn method(
        &mut self,
        mount: &str,
        method: &Method,
        out: &mut Sink,
    ) -> Result<Option<Lack>, ConnectorError> {
        let Some(folder) = method.roles else { return Ok(None) };
        let (top, single) = (format!("v1/auth/{mount}/{folder}"), singular(mount, folder));
        let names = match names(self.http, method.kind, &top).await? {
            Ok(found) => found.texts("keys").unwrap_or_default(),
            Err(lack) => return Ok(Some(lack)),
        };
        let issuer = if method.kind == "jwt" { self.issuer(mount).await? } else { None };
        let (mut done, of) = (0, Some(names.len() as u64));
        let paths = names.iter().map(|name| format!("{single}/{name}")).collect();
        let mut asked = each(self.http, "role", paths);
        while let Some(found) = asked.next().await {
            let (path, found) = found?;
            let name = path.strip_prefix(&single).unwrap_or(&path).trim_start_matches('/').to_owned();
            let key = if method.kind == "userpass" { joined(mount, &name) } else { None };
            let mut made = Made::default();
            let told = (found.as_ref().ok(), issuer.as_deref(), key);
            self.mapping.role((mount, &name, method), told, &mut made);
            made.hand_over(out).await?;
            done += 1;
            out.progress(Progress { what: format!("roles of {mount}"), done, of });
        }
        Ok(None)
    }

    /// Whose words a method takes.
    async fn issuer(&self, mount: &str) -> Result<Option<String>, ConnectorError> {
        let found = object(self.http, "method", &format!("v1/auth/{mount}/config")).await?;
        Ok(found
            .ok()
            .and_then(|found| found.text("bound_issuer").or_else(|| found.text("oidc_discovery_url"))))
    }

    async fn entities(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        let path = "v1/identity/entity/id";
        let listed = match names(self.http, "entities", path).await? {
            Ok(found) => found,
            Err(lack) => {
                miss(&PEOPLE, lack, out).await?;
                return miss(&HELD, lack, out).await;
            }
        };
        let (mut whole, mut groups, mut lack) = (HashMap::new(), None, Some(Lack::NotCollected));
        let ids = listed.texts("keys").unwrap_or_default();
        let info = listed.object("key_info").unwrap_or_default();
        if self.door.asks_entities {
            (whole, lack) = self.one_by_one(path, &ids, out).await?;
            groups = match self.groups().await? {
                Ok(groups) => Some(groups),
                Err(why) => {
                    lack = lack.or(Some(why));
                    None
                }
            };
        }
        for batch in ids.chunks(BATCH) {
            let mut made = Made::default();
            for id in batch {
                // Ids hold no dots, so that this is no path into something else.
                let shown = info.object(id).unwrap_or_default();
                let own = groups.as_ref().map(|groups| groups.get(id).cloned().unwrap_or_default());
                let is_listed = |kind: &str| self.listed.contains(kind);
                self.mapping.entity((id, &shown, whole.get(id)), own.as_deref(), is_listed, &mut made);
            }
            made.hand_over(out).await?;
        }
        match lack {
            Some(lack) => miss(&HELD, lack, out).await,
            None => Ok(()),
        }
    }

    async fn one_by_one(
        &self,
        path: &str,
        ids: &[String],
        out: &Sink,
    ) -> Result<(HashMap<String, Object>, Option<Lack>), ConnectorError> {
        let (mut found, mut lack) = (HashMap::new(), None);
        let of = Some(ids.len() as u64);
        let mut asked = each(self.http, "entity", ids.iter().map(|id| format!("{path}/{id}")).collect());
        while let Some(one) = asked.next().await {
            match one? {
                (place, Ok(entity)) => {
                    let id = place.rsplit('/').next().unwrap_or_default().to_owned();
                    found.insert(id, entity);
                }
                (_, Err(why)) => lack = lack.or(Some(why)),
            }
            out.progress(Progress { what: "entities".to_owned(), done: found.len() as u64, of });
        }
        Ok((found, lack))
    }

    /// The policies that each entity has by groups, with the names of those.
    async fn groups(&self) -> Result<Shown<HashMap<String, Vec<(String, Vec<String>)>>>, ConnectorError> {
        let path = "v1/identity/group/id";
        let ids = match names(self.http, "groups", path).await? {
            Ok(found) => found.texts("keys").unwrap_or_default(),
            Err(lack) => return Ok(Err(lack)),
        };
        let mut by_entity: HashMap<String, Vec<(String, Vec<String>)>> = HashMap::new();
        let mut asked = each(self.http, "group", ids.iter().map(|id| format!("{path}/{id}")).collect());
        while let Some(one) = asked.next().await {
            let group = match one? {
                (_, Ok(group)) => group,
                (_, Err(lack)) => return Ok(Err(lack)),
            };
            let name = group.text("name").unwrap_or_default();
            let policies = group.texts("policies").unwrap_or_default();
            for member in group.texts("member_entity_ids").unwrap_or_default() {
                by_entity.entry(member).or_default().push((name.clone(), policies.clone()));
            }
        }
        Ok(Ok(by_entity))
    }

    async fn tokens(&mut self, out: &mut Sink) -> Result<(), ConnectorError> {
        if !self.door.asks_tokens {
            return miss(&IN_USE, Lack::NotCollected, out).await;
        }
        let accessors = match names(self.http, "accessors", "v1/auth/token/accessors").await? {
            Ok(found) => found.texts("keys").unwrap_or_default(),
            Err(lack) => return miss(&IN_USE, lack, out).await,
        };
        let http = self.http;
        let look = |accessor: String| -> BoxFuture<'a, Result<Shown<Option<Object>>, ConnectorError>> {
            Box::pin(look_up(http, accessor))
        };
        let asked: Vec<_> = accessors.into_iter().map(look).collect();
        let mut asked = stream::iter(asked).buffer_unordered(AT_ONCE).boxed();
        let mut lack = None;
        while let Some(one) = asked.next().await {
            let mut made = Made::default();
            match one? {
                Ok(Some(token)) => self.mapping.token(&token, &mut made),
                Ok(None) => {}
                Err(why) => lack = lack.or(Some(why)),
            }
            made.hand_over(out).await?;
        }
        match lack {
            Some(lack) => miss(&IN_USE, lack, out).await,
            None => Ok(()),
        }
    }
}

/// A token by its accessor; `None` for one that has ended since.
async fn look_up(http: &Http, accessor: String) -> Result<Shown<Option<Object>>, ConnectorError> {
    let url = http.at("v1/auth/token/lookup-accessor", &[]);
    let verb = Verb::Post(Body::json(&json!({ "accessor": accessor })));
    match http.ask(&Ask { what: "token of an accessor", url, verb }, json::<Object>).await {
        Ok(answer) => Ok(Ok(Some(inside(answer.body)))),
        Err(Fault::NoSuch) => Ok(Ok(None)),
        Err(Fault::Rejected(said)) if said.contains("invalid accessor") => Ok(Ok(None)),
        Err(Fault::Forbidden(said)) if said.contains("invalid accessor") => Ok(Ok(None)),
        Err(fault) => lack(http, "tokens", fault),
    }
}

/// Where one role lies: some methods list many of them under another word.
fn singular(mount: &str, folder: &str) -> String {
    let word = if folder == "roles" { "role" } else { folder };
    format!("v1/auth/{mount}/{word}")
}

/// Says that something is not shown.
async fn miss(sight: &Sight, why: Lack, out: &mut Sink) -> Result<(), ConnectorError> {
    out.misses(Missing::from(sight).because(why)).await
}
