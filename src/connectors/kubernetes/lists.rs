//! One list of the API, counted or read to its end: over pages, and again from its beginning when its snapshot expired.

use super::super::http::{Answer, Fault, Http, Trail};
use super::super::kubernetes_objects::mapping::{Kind, Made, Mapping, TOKEN};
use super::super::kubernetes_objects::wire::Object;
use super::super::kubernetes_objects::{ACCOUNTS, BINDINGS, PODS, ROLES, SECRETS, lax::May};
use super::super::{ConnectorError, Progress, Sink};
use super::Held;
use super::wire::{Page, Place};
use crate::model::pull::{Lack, Sight};

/// How many objects are asked for at once.
const PAGE: &str = "500";
/// How often a list is begun anew. A cluster keeps the snapshot behind a list for five minutes.
const RESTARTS: usize = 3;
/// What lists are called that hold no more than names, labels and annotations.
const METADATA: &str = "PartialObjectMetadataList";

/// A kind of objects, and where they are listed.
pub struct Listed {
    pub kind: Kind,
    /// Below the address, and on the receipt.
    pub path: &'static str,
    pub sight: &'static Sight,
    /// Which of them, in words of the API.
    selector: Option<(&'static str, &'static str)>,
}

/// Every list, in the order in which it is read: what tells of accounts behind what names them.
pub static LISTED: &[Listed] = &[
    Listed::all(Kind::Role, "apis/rbac.authorization.k8s.io/v1/roles", &ROLES),
    Listed::all(Kind::ClusterRole, "apis/rbac.authorization.k8s.io/v1/clusterroles", &ROLES),
    Listed::all(Kind::RoleBinding, "apis/rbac.authorization.k8s.io/v1/rolebindings", &BINDINGS),
    Listed::all(Kind::ClusterRoleBinding, "apis/rbac.authorization.k8s.io/v1/clusterrolebindings", &BINDINGS),
    Listed::all(Kind::ServiceAccount, "api/v1/serviceaccounts", &ACCOUNTS),
    Listed::all(Kind::Pod, "api/v1/pods", &PODS),
    Listed {
        selector: Some(("fieldSelector", "type=kubernetes.io/service-account-token")),
        ..Listed::all(Kind::Secret, "api/v1/secrets", &SECRETS)
    },
];

impl Listed {
    const fn all(kind: Kind, path: &'static str, sight: &'static Sight) -> Self {
        Self { kind, path, sight, selector: None }
    }
}

/// A list and whom to ask for it.
pub struct List<'a> {
    pub listed: &'static Listed,
    pub http: &'a Http,
}

/// What is known of a list before it is read.
pub enum Sightline {
    /// How many objects, where the server says so.
    Shown(Option<u64>),
    Lacks(Lack),
}

/// How a reading ended.
enum End {
    Whole,
    Lacks(Lack),
    /// The server no longer has the snapshot that the pages are of.
    Expired,
}

impl List<'_> {
    /// Whether it tells who holds which role.
    pub fn gives_rights(&self) -> bool {
        matches!(self.listed.kind, Kind::RoleBinding | Kind::ClusterRoleBinding)
    }

    /// Asks for one object, and so for how many follow.
    pub async fn count(&self) -> Result<Sightline, ConnectorError> {
        match self.ask("1", "").await {
            Ok((objects, place)) => {
                let more = place.next.is_none().then_some(0).or(place.remaining_item_count);
                Ok(Sightline::Shown(more.map(|more| objects.len() as u64 + more)))
            }
            Err(Fault::Forbidden(_)) => Ok(Sightline::Lacks(Lack::Forbidden)),
            Err(Fault::NoSuch) => Ok(Sightline::Lacks(Lack::NotCollected)),
            Err(fault) => Err(self.http.broken(self.word(), fault)),
        }
    }

    /// Reads all pages; says why nothing is seen where that is so.
    pub async fn read(
        &self,
        mapping: &mut Mapping,
        held: Held,
        out: &mut Sink,
    ) -> Result<Option<Lack>, ConnectorError> {
        for begun in 0..=RESTARTS {
            match self.once(begun > 0, mapping, (held, out)).await? {
                End::Whole => return Ok(None),
                End::Lacks(why) => return Ok(Some(why)),
                End::Expired => {}
            }
        }
        let times = RESTARTS + 1;
        let reason = format!("its list of {} expired {times} times before it was read", self.word());
        Err(self.http.told(reason, "try again when the cluster and the network are less busy"))
    }

    /// Reads from the beginning to the end, or until the list has expired. When it `is_again`, what was taken before is
    /// passed over.
    async fn once(
        &self,
        is_again: bool,
        mapping: &mut Mapping,
        (held, out): (Held, &mut Sink),
    ) -> Result<End, ConnectorError> {
        let (mut received, mut trail, mut next) = (0, Trail::default(), String::new());
        loop {
            trail.step(self.http, &next)?;
            let may_lack = next.is_empty() && !is_again;
            let (objects, place) = match self.ask(PAGE, &next).await {
                Ok(page) => page,
                Err(fault) if fault.is_gone() && !next.is_empty() => return Ok(End::Expired),
                Err(Fault::Forbidden(_)) if may_lack => return Ok(End::Lacks(Lack::Forbidden)),
                Err(Fault::NoSuch) if may_lack => return Ok(End::Lacks(Lack::NotCollected)),
                Err(fault) => return Err(self.http.broken(self.word(), fault)),
            };
            self.http.counted(self.listed.path, objects.len());
            received += objects.len() as u64;
            held.hand_over(self.take(is_again, objects, mapping), out).await?;
            let of = place.remaining_item_count.map(|more| received + more);
            out.progress(Progress { what: self.word().to_owned(), done: received, of });
            match (place.next, place.remaining_item_count) {
                (Some(following), _) => next = following,
                (None, Some(more)) if more > 0 => {
                    let reason = format!("it says that {more} more {} follow, and not where", self.word());
                    return Err(self.http.fails(reason));
                }
                (None, _) => return Ok(End::Whole),
            }
        }
    }

    /// Asks for a page: its objects, and what follows it.
    async fn ask(&self, limit: &str, next: &str) -> Result<(Vec<May<Object>>, Place), Fault> {
        let mut query = vec![("limit", limit)];
        query.extend(self.listed.selector);
        query.extend((!next.is_empty()).then_some(("continue", next)));
        let url = self.http.at(self.listed.path, &query);
        let Answer { body: page, .. } = self.http.get::<Page>(self.listed.path, url).await?;
        let kind = page.kind.unwrap_or_else(|| "something".to_owned());
        let is_list = match self.listed.kind {
            Kind::Secret => kind == METADATA,
            wanted => kind.strip_suffix("List") == Some(wanted.name()),
        };
        if !is_list {
            return Err(self.strange(&kind));
        }
        let place = page.metadata.unwrap_or_default();
        Ok((
            page.items.unwrap_or_default(),
            Place { next: place.next.filter(|next| !next.is_empty()), ..place },
        ))
    }

    fn take(&self, is_again: bool, objects: Vec<May<Object>>, mapping: &mut Mapping) -> Made {
        let kind = self.listed.kind;
        let mut made = Made::default();
        for object in objects {
            let May(Some(mut object)) = object else {
                made.refuse(kind.name(), "its list holds something that is no object");
                continue;
            };
            if kind == Kind::Secret {
                // Without its content an object does not say of which type it is; only this one was asked for.
                object.secret_type = May(Some(TOKEN.to_owned()));
            }
            if is_again && mapping.has(kind, &object) {
                continue;
            }
            let Made { records, refusals } = mapping.take(kind, &object);
            made.records.extend(records);
            made.refusals.extend(refusals);
        }
        made
    }

    /// The error that a list is refused which was shown before.
    pub fn stopped(&self) -> ConnectorError {
        self.http.fails(format!("it stopped showing {} in the middle", self.word()))
    }

    fn strange(&self, what: &str) -> Fault {
        let reason = format!("it answers with {what} instead of a list of {}", self.word());
        Fault::Failed(self.http.told(reason, "look whether the address is that of the API server"))
    }

    fn word(&self) -> &'static str {
        self.listed.kind.title()
    }
}
