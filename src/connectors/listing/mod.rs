//! Lists of objects that a system gives out page by page, written down as tables: where each lies, how its pages follow,
//! what it needs to be seen.

mod each;
mod made;
mod object;
#[cfg(test)]
pub mod odd;

use serde_json::Value;

use super::http::{Answer, Fault, Http, Trail};
use super::{ConnectorError, Progress, Sink};
use crate::model::pull::{Lack, Missing, Preflight, Sight};

pub use each::{AT_ONCE, below, of_places, shown, whole};
pub use made::{Ids, Made, hidden_rights};
pub use object::Object;

/// A list, and where it lies.
#[derive(Debug)]
pub struct List {
    /// The word for its objects on receipts and in progress, such as `users`.
    pub word: &'static str,
    /// Below the system's address; `{}` stands for what [`Pages::below`] puts there.
    pub path: &'static str,
    pub query: &'static [(&'static str, &'static str)],
    /// The key under which the objects lie; empty where the answer is the list itself.
    pub items: &'static str,
    pub next: Next,
    /// The key under which an answer says how many there are; empty where it does not.
    pub total: &'static str,
    /// The smallest question that shows whether the list is seen, and how many it has.
    pub probe: &'static [(&'static str, &'static str)],
    pub sight: &'static Sight,
}

/// How the next page is asked for.
#[derive(Debug, Clone, Copy)]
pub enum Next {
    /// All comes at once.
    Never,
    /// The header `Link` names it (RFC 8288).
    Header,
    /// The answer holds its whole address, under this key.
    Address(&'static str),
    /// The answer holds a token under a key; it goes into a parameter.
    Token { key: &'static str, parameter: &'static str },
    /// A parameter says how many objects come before it, counted from 0; a page with fewer than `size` is the last.
    Skip { parameter: &'static str, size: usize },
}

/// What is known of a list before it is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sightline {
    /// How many, where the system says so.
    Shown(Option<u64>),
    Lacks(Lack),
}

/// Asks whether a list is seen, and how many objects it has, with its smallest question.
pub async fn count(http: &Http, list: &List) -> Result<Sightline, ConnectorError> {
    count_below(http, list, "").await
}

/// The same for a list whose path has a place for something, such as an organisation.
pub async fn count_below(http: &Http, list: &List, place: &str) -> Result<Sightline, ConnectorError> {
    let query = if list.probe.is_empty() { list.query } else { list.probe };
    match http.get::<Value>(list.word, http.at(&list.path.replace("{}", place), query)).await {
        Ok(answer) => {
            Ok(Sightline::Shown(total(&answer.body, list).or_else(|| of_pages(http, list, &answer))))
        }
        Err(fault) => match (fault.lack(), fault) {
            (Some(lack), _) => Ok(Sightline::Lacks(lack)),
            // The smallest question may be one that a system does not like.
            (None, Fault::Rejected(_)) => Ok(Sightline::Shown(None)),
            (None, fault) => Err(http.broken(list.word, fault)),
        },
    }
}

impl Sightline {
    /// Writes down what was found out of a list.
    pub fn tell(self, list: &List, found: &mut Preflight) {
        match self {
            Self::Shown(count) => {
                let title = list.sight.title.to_owned();
                if !found.sees.contains(&title) {
                    found.sees.push(title);
                }
                found.counts.extend(count.map(|count| (list.word.to_owned(), count)));
            }
            Self::Lacks(why) => found.misses.push(Missing::from(list.sight).because(why)),
        }
    }
}

fn total(answer: &Value, list: &List) -> Option<u64> {
    if list.total.is_empty() { None } else { Object::of(answer.clone())?.number(list.total) }
}

/// How many pages of one object there are, where headers name the next page and the last.
fn of_pages(http: &Http, list: &List, answer: &Answer<Value>) -> Option<u64> {
    let is_single = list.probe.iter().any(|(_, value)| *value == "1");
    if !matches!(list.next, Next::Header) || !is_single {
        return None;
    }
    let of_list = |body: &Value| {
        body.as_array().or_else(|| body.get(list.items)?.as_array()).map(|all| all.len() as u64)
    };
    match (&answer.next, &answer.last) {
        (None, _) => of_list(&answer.body),
        (Some(_), Some(end)) => {
            let end = http.follow(end).ok()?;
            let page = end.query_pairs().find(|(key, _)| key == "page")?.1.into_owned();
            page.parse().ok()
        }
        (Some(_), None) => None,
    }
}

/// A list on its way, page by page.
#[derive(Debug)]
pub struct Pages<'a> {
    http: &'a Http,
    list: &'a List,
    place: String,
    more: Vec<(&'a str, &'a str)>,
    trail: Trail,
    /// `None` when the last page was read.
    turn: Option<Turn>,
    /// How many objects came so far.
    pub received: u64,
    /// How many there are, where the system says so.
    pub total: Option<u64>,
    /// Whether the system counts exactly and holds still, so that fewer are a fault.
    is_counted: bool,
    /// Whether a question that is not understood means that there is no such list.
    is_optional: bool,
}

/// What the next question asks for.
#[derive(Debug)]
enum Turn {
    First,
    Address(String),
    Parameter(&'static str, String),
}

impl<'a> Pages<'a> {
    /// A list from its beginning.
    pub fn of(http: &'a Http, list: &'a List) -> Self {
        Self {
            http,
            list,
            place: String::new(),
            more: Vec::new(),
            trail: Trail::default(),
            turn: Some(Turn::First),
            received: 0,
            total: None,
            is_counted: true,
            is_optional: false,
        }
    }

    /// Puts something into the place of the path that is left open, such as a project.
    #[must_use]
    pub fn below(mut self, place: &str) -> Self {
        place.clone_into(&mut self.place);
        self
    }

    /// Asks with further parameters.
    #[must_use]
    pub fn with(mut self, more: &[(&'a str, &'a str)]) -> Self {
        self.more.extend(more);
        self
    }

    /// Takes what the system says of how many there are for a rough word, such as that of a log that grows.
    #[must_use]
    pub fn roughly(mut self) -> Self {
        self.is_counted = false;
        self
    }

    /// Takes a first question that is not understood for a list that this system does not have, such as one of another
    /// cloud of its vendor.
    #[must_use]
    pub fn optional(mut self) -> Self {
        self.is_optional = true;
        self
    }

    /// The next page; `None` behind the last. The first one may say that nothing is shown; later, that is a failure.
    pub async fn next(&mut self) -> Result<Option<Vec<Object>>, Fault> {
        let Some(turn) = self.turn.take() else { return Ok(None) };
        let url = match &turn {
            Turn::First => self.http.at(&self.path(), &self.query(None)),
            Turn::Address(link) => self.http.follow(link).map_err(Fault::Failed)?,
            Turn::Parameter(key, value) => self.http.at(&self.path(), &self.query(Some((key, value)))),
        };
        self.trail.step(self.http, url.as_str()).map_err(Fault::Failed)?;
        let is_first = matches!(turn, Turn::First);
        let answer = match self.http.get::<Value>(self.list.word, url).await {
            Ok(answer) => answer,
            Err(fault) if is_first => return Err(fault),
            Err(fault) => return Err(Fault::Failed(self.http.broken(self.list.word, fault))),
        };
        self.read(answer).map(Some).map_err(Fault::Failed)
    }

    /// The next page with progress told; why nothing is shown is left to the caller through `lack`.
    pub async fn told(
        &mut self,
        out: &Sink,
        lack: &mut Option<Lack>,
    ) -> Result<Option<Vec<Object>>, ConnectorError> {
        match self.next().await {
            Ok(page) => {
                if page.is_some() {
                    let what = self.list.word.to_owned();
                    out.progress(Progress { what, done: self.received, of: self.total });
                }
                Ok(page)
            }
            Err(fault) => match fault.lack().or_else(|| self.unknown(&fault)) {
                Some(why) => {
                    *lack = Some(why);
                    Ok(None)
                }
                None => Err(self.http.broken(self.list.word, fault)),
            },
        }
    }

    fn unknown(&self, fault: &Fault) -> Option<Lack> {
        (self.is_optional && matches!(fault, Fault::Rejected(_))).then_some(Lack::NotCollected)
    }

    fn path(&self) -> String {
        self.list.path.replace("{}", &self.place)
    }

    fn query(&self, turn: Option<(&'a str, &'a str)>) -> Vec<(&str, &str)> {
        self.list.query.iter().copied().chain(self.more.iter().copied()).chain(turn).collect()
    }

    fn read(&mut self, answer: Answer<Value>) -> Result<Vec<Object>, ConnectorError> {
        let Answer { body, next, .. } = answer;
        self.total = total(&body, self.list).or(self.total);
        let (rest, found) = self.items(body)?;
        let rows = found.len();
        let objects: Vec<Object> = found.into_iter().filter_map(Object::of).collect();
        self.http.counted(self.list.word, objects.len());
        self.received += rows as u64;
        let text = |key: &str| rest.as_ref().and_then(|rest| rest.text(key));
        self.is_all_reached(rest.as_ref())?;
        self.turn = match self.list.next {
            Next::Never => None,
            Next::Header => next.map(Turn::Address),
            Next::Address(key) => text(key).map(Turn::Address),
            Next::Token { key, parameter } => text(key).map(|token| Turn::Parameter(parameter, token)),
            Next::Skip { .. } if rows == 0 || self.total.is_some_and(|total| self.received >= total) => None,
            Next::Skip { size, .. } if rows < size && self.total.is_none() => None,
            Next::Skip { parameter, .. } => Some(Turn::Parameter(parameter, self.received.to_string())),
        };
        if self.turn.is_none() {
            self.judge()?;
        }
        Ok(objects)
    }

    /// An answer that names parts which it could not reach (AIP-217) is not whole.
    fn is_all_reached(&self, rest: Option<&Object>) -> Result<(), ConnectorError> {
        let missed = rest.and_then(|rest| rest.texts("unreachable")).unwrap_or_default();
        match missed.first() {
            None => Ok(()),
            Some(first) => {
                let (word, count) = (self.list.word, missed.len());
                Err(self
                    .http
                    .fails(format!("it could not reach {count} places of its {word}, such as {first}")))
            }
        }
    }

    /// The objects of an answer, and what stands beside them.
    fn items(&self, body: Value) -> Result<(Option<Object>, Vec<Value>), ConnectorError> {
        let mut rest = match body {
            Value::Array(found) if self.list.items.is_empty() => return Ok((None, found)),
            Value::Object(_) if !self.list.items.is_empty() => Object::of(body),
            _ => None,
        };
        match rest.as_mut().map(|rest| rest.take(self.list.items)) {
            Some(Some(Value::Array(found))) => Ok((rest, found)),
            // Many systems leave out a list that has nothing.
            Some(Some(Value::Null) | None) => Ok((rest, Vec::new())),
            Some(Some(_)) | None => {
                let help = "look whether the address is whole, and leads to the system itself";
                Err(self.http.told(format!("its answer holds no list of {}", self.list.word), help))
            }
        }
    }

    /// A list of which less came than the system says there is, is not whole.
    fn judge(&self) -> Result<(), ConnectorError> {
        match self.total {
            Some(total) if self.is_counted && self.received < total => {
                let (word, received) = (self.list.word, self.received);
                Err(self.http.fails(format!("it says that it has {total} {word}, and sent {received}")))
            }
            _ => Ok(()),
        }
    }
}
