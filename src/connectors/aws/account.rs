//! Everything about the users and roles of one account, page by page into the readers of AWS's files.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::super::http::{Fault, Trail};
use super::super::open::on_a_thread;
use super::super::{
    ConnectorError, Feed, Progress, Sink, aws_authorization, aws_credential_report, aws_last_accessed,
};
use super::session::{Caller, IAM, STS, Session};
use super::sights::{self, Misses, lack};
use super::words;
use crate::model::pull::{Lack, Refusal};

const DETAILS: &str = "GetAccountAuthorizationDetails";
/// How many users, groups, roles and policies come at once; AWS's most.
const PAGE: &str = "1000";
/// The lists of a page.
const LISTS: [&str; 4] = ["UserDetailList", "GroupDetailList", "RoleDetailList", "Policies"];
/// How many pages wait to be read.
const WAITING: usize = 2;
/// How many questions about single things are asked at once.
pub const AT_ONCE: usize = 4;
/// The first wait for something that AWS has yet to make; it doubles up to the longest.
const FIRST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_secs(8);
/// How long that may take altogether.
const PATIENCE: Duration = Duration::from_mins(3);

/// One account, and the way into it.
pub struct Account<'a> {
    pub session: &'a Session,
    /// Its number.
    pub number: String,
}

/// Waits that grow, for something that AWS makes when it is asked for.
#[derive(Default)]
struct Wait(Duration, Duration);

impl Wait {
    /// Waits once more; whether there was patience left for it.
    async fn once(&mut self) -> bool {
        let Self(next, waited) = self;
        *next = (*next * 2).clamp(FIRST, LONGEST);
        *waited += *next;
        let has_patience = *waited <= PATIENCE;
        if has_patience {
            sleep(*next).await;
        }
        has_patience
    }
}

/// Whose keys a session has: the account's number and the ARN.
pub async fn whose(session: &Session) -> Result<(String, String), ConnectorError> {
    let sts = session.service(&STS)?;
    let answer = sts.query("GetCallerIdentity", &[]).await.map_err(|fault| broken(&sts, fault))?;
    let text = |key: &str| answer.get(key).and_then(Value::as_str).map(str::to_owned);
    match (text("Account"), text("Arn")) {
        (Some(account), Some(arn)) => Ok((account, arn)),
        _ => Err(sts.http().fails("it does not say whose the keys are".to_owned())),
    }
}

/// A fault of a question that everything else needs.
pub fn broken(caller: &Caller, fault: Fault) -> ConnectorError {
    let help = "`trueup sources permit aws` prints the rights that are needed";
    match fault {
        Fault::Failed(error) => error,
        Fault::Forbidden(said) | Fault::NotLicensed(said) => {
            caller.http().told(format!("it refuses to answer: {said}"), help)
        }
        Fault::Rejected(said) => match words::stranger(&said) {
            Some((reason, help)) => caller.http().told(reason, help),
            None => caller.http().fails(format!("it does not answer: {said}")),
        },
        Fault::NoSuch => caller.http().fails("it does not know what it is asked".to_owned()),
    }
}

impl Account<'_> {
    /// Reads users, groups, roles and policies; gives back the ARNs of users and roles.
    pub async fn details(&self, misses: &mut Misses, out: &Sink) -> Result<Vec<String>, ConnectorError> {
        let iam = self.session.service(&IAM)?;
        let first = match iam.query(DETAILS, &[("MaxItems", PAGE)]).await {
            Ok(first) => first,
            Err(Fault::Forbidden(_)) => {
                misses.note(sights::DETAILS, Lack::Forbidden, &self.number);
                return Ok(Vec::new());
            }
            Err(fault) => return Err(broken(&iam, fault)),
        };
        let (send, mut receive) = mpsc::channel(WAITING);
        let feed = out.clone();
        let reading = on_a_thread(move || {
            let feed = Feed::new(feed);
            let arns = aws_authorization::take_pages(|| receive.blocking_recv(), &feed)?;
            feed.flush()?;
            Ok(arns)
        });
        let (asked, read) = tokio::join!(pages(&iam, first, send, out), reading);
        // Where reading failed, asking was stopped by it.
        let arns = read?;
        asked.map(|()| arns)
    }

    /// Reads the credential report.
    pub async fn report(&self, misses: &mut Misses, out: &Sink) -> Result<(), ConnectorError> {
        let iam = self.session.service(&IAM)?;
        let answer = match self.made_report(&iam).await {
            Ok(answer) => answer,
            Err(fault) => {
                misses.note(sights::REPORT, lack(fault)?, &self.number);
                return Ok(());
            }
        };
        let feed = out.clone();
        let read = on_a_thread(move || {
            let feed = Feed::new(feed);
            let rows = aws_credential_report::take(answer, &feed)?;
            feed.flush()?;
            Ok(rows)
        });
        let rows = read.await?;
        iam.counted("GetCredentialReport", rows);
        Ok(())
    }

    /// Has the report made, waits for it, and gets it.
    async fn made_report(&self, iam: &Caller) -> Result<Value, Fault> {
        let mut wait = Wait::default();
        loop {
            let made = iam.query("GenerateCredentialReport", &[]).await?;
            if made.get("State").and_then(Value::as_str) == Some("COMPLETE") {
                match iam.query("GetCredentialReport", &[]).await {
                    Err(Fault::Rejected(said)) if said.starts_with("Report") => {}
                    answered => return answered,
                }
            }
            if !wait.once().await {
                return Err(late(iam, "the credential report"));
            }
        }
    }

    /// Asks of each user and role which services it used.
    pub async fn uses(
        &self,
        arns: &[String],
        misses: &mut Misses,
        out: &mut Sink,
    ) -> Result<(), ConnectorError> {
        let iam = self.session.service(&IAM)?;
        for (at, some) in arns.chunks(AT_ONCE).enumerate() {
            let answers = join_all(some.iter().map(|arn| used(&iam, arn))).await;
            let mut whole = Vec::new();
            for (arn, answer) in some.iter().zip(answers) {
                match answer {
                    Ok(answer) => whole.push(answer),
                    Err(Fault::Rejected(said)) if said.starts_with("NoSuchEntity") => {
                        let reason = "it was gone when its uses were asked for".to_owned();
                        out.refuse(Refusal { subject: arn.clone(), reason }).await?;
                    }
                    // What one is refused, the others are too.
                    Err(fault) => {
                        misses.note(&[sights::USES], lack(fault)?, &self.number);
                        return Ok(());
                    }
                }
            }
            iam.counted("GetServiceLastAccessedDetails", whole.len());
            let done = (at * AT_ONCE + some.len()) as u64;
            out.progress(Progress { what: "uses".to_owned(), done, of: Some(arns.len() as u64) });
            let feed = out.clone();
            on_a_thread(move || {
                let feed = Feed::new(feed);
                whole.into_iter().try_for_each(|answer| aws_last_accessed::take(answer, &feed))?;
                feed.flush()
            })
            .await?;
        }
        Ok(())
    }
}

/// Hands over all pages that follow the first.
async fn pages(
    iam: &Caller,
    first: Value,
    to: mpsc::Sender<Value>,
    out: &Sink,
) -> Result<(), ConnectorError> {
    let (mut page, mut trail, mut done) = (first, Trail::default(), 0);
    loop {
        let lists = LISTS.iter().filter_map(|list| page.get(*list)?.as_array());
        let rows: usize = lists.map(Vec::len).sum();
        iam.counted(DETAILS, rows);
        done += rows as u64;
        out.progress(Progress { what: "users, groups, roles and policies".to_owned(), done, of: None });
        let marker = marker(iam, &page)?;
        to.send(page).await.map_err(|_| ConnectorError::Cancelled)?;
        let Some(marker) = marker else { return Ok(()) };
        trail.step(iam.http(), &marker)?;
        let asked = iam.query(DETAILS, &[("MaxItems", PAGE), ("Marker", &marker)]).await;
        page = asked.map_err(|fault| iam.http().broken("the account's parts", fault))?;
    }
}

/// Where the next page begins; a list that says that it goes on and not where is not whole.
fn marker(caller: &Caller, page: &Value) -> Result<Option<String>, ConnectorError> {
    let marker = page.get("Marker").and_then(Value::as_str);
    match page.get("IsTruncated").and_then(Value::as_bool) {
        Some(true) if marker.is_none() => {
            Err(caller.http().fails("it says that a list goes on, and does not say where".to_owned()))
        }
        Some(true) => Ok(marker.map(str::to_owned)),
        Some(false) => Ok(None),
        None => Err(caller.http().fails("it does not say whether a list goes on".to_owned())),
    }
}

/// Which services a user or role used, as AWS's tools write it, all pages in one.
async fn used(iam: &Caller, arn: &str) -> Result<Value, Fault> {
    const GET: &str = "GetServiceLastAccessedDetails";
    let values = [("Arn", arn), ("Granularity", "ACTION_LEVEL")];
    let begun = iam.query("GenerateServiceLastAccessedDetails", &values).await?;
    let job = begun.get("JobId").and_then(Value::as_str);
    let job = job.ok_or_else(|| Fault::Failed(iam.http().fails("it names no job".to_owned())))?;
    let (mut wait, mut services, mut trail) = (Wait::default(), Vec::new(), Trail::default());
    let mut from: Option<String> = None;
    loop {
        let mut values = vec![("JobId", job), ("MaxItems", PAGE)];
        values.extend(from.as_deref().map(|from| ("Marker", from)));
        let mut answer = iam.query(GET, &values).await?;
        let status = answer.get("JobStatus").and_then(Value::as_str).unwrap_or_default();
        if status == "IN_PROGRESS" {
            if wait.once().await {
                continue;
            }
            return Err(late(iam, "what was used"));
        }
        if let Some(Value::Array(some)) = answer.get_mut("ServicesLastAccessed").map(Value::take) {
            services.extend(some);
        }
        let next = match answer.get("IsTruncated") {
            None => None,
            Some(_) => marker(iam, &answer).map_err(Fault::Failed)?,
        };
        let Some(next) = next else {
            let (status, date) = (answer.get("JobStatus"), answer.get("JobCompletionDate"));
            return Ok(json!({
                "Arn": arn, "JobStatus": status, "JobCompletionDate": date, "ServicesLastAccessed": services,
            }));
        };
        trail.step(iam.http(), &next).map_err(Fault::Failed)?;
        from = Some(next);
    }
}

fn late(caller: &Caller, what: &str) -> Fault {
    let reason = format!("it has not made {what} within {} minutes", PATIENCE.as_secs() / 60);
    Fault::Failed(caller.http().told(reason, "try again later; AWS goes on making it"))
}
