//! What a connector hands over while it runs, taken over on a thread beside it.

use tokio::sync::mpsc;

use crate::connectors::{Connector, ConnectorError, Progress, Said, Sink, Taken};
use crate::model::inventory::Record;
use crate::model::pull::{Asked, Missing, Refusal};
use crate::ops::Error;
use crate::store::Packer;

/// How many messages of a connector may wait for the database.
const WAITING: usize = 16;
/// How many refusals a receipt names one by one.
pub const NAMED_REFUSALS: usize = 200;

/// Where the records of a connector go.
pub trait Records: Default + Send + 'static {
    /// Takes one more.
    fn take(&mut self, record: Record) -> Result<(), Error>;
}

impl Records for Packer {
    fn take(&mut self, record: Record) -> Result<(), Error> {
        self.push(&record).map_err(|error| Error::Refused {
            what: format!("a record cannot be written down: {error}"),
            help: "this is a fault of the program; please report it".to_owned(),
        })
    }
}

impl Records for Vec<Record> {
    fn take(&mut self, record: Record) -> Result<(), Error> {
        self.push(record);
        Ok(())
    }
}

/// What a connector handed over.
#[derive(Default)]
pub struct Haul<R> {
    pub records: R,
    pub refusals: Vec<Refusal>,
    pub more_refusals: u64,
    pub misses: Vec<Missing>,
    pub asked: Vec<Asked>,
}

/// Runs the connector and takes over what it says, record by record; how it ended stands beside what came.
pub async fn collect<R: Records>(
    connector: &dyn Connector,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(Result<Taken, ConnectorError>, Haul<R>), Error> {
    let (sink, mut said) = Sink::channel(WAITING);
    let reading = async move {
        let mut sink = sink;
        connector.pull(&mut sink).await
    };
    let (batches, waiting) = mpsc::channel(WAITING);
    let kept = tokio::task::spawn_blocking(move || gather::<R>(waiting));
    let taking = async move {
        let mut haul = Haul::default();
        while let Some(said) = said.recv().await {
            let Said::Records(records) = said else {
                haul.take(said, progress);
                continue;
            };
            if batches.send(records).await.is_err() {
                // Whoever gathers has met an error, which is told below.
                break;
            }
        }
        haul
    };
    let (taken, haul) = tokio::join!(reading, taking);
    let records = kept.await.unwrap_or_else(|error| match error.try_into_panic() {
        Ok(panic) => std::panic::resume_unwind(panic),
        Err(_) => Err(ConnectorError::Cancelled.into()),
    })?;
    Ok((taken, haul.with(records)))
}

/// Takes over records on a thread of its own, beside whoever reads.
fn gather<R: Records>(mut waiting: mpsc::Receiver<Vec<Record>>) -> Result<R, Error> {
    let mut records = R::default();
    while let Some(batch) = waiting.blocking_recv() {
        batch.into_iter().try_for_each(|one| records.take(one))?;
    }
    Ok(records)
}

impl Haul<()> {
    /// The same with its records.
    fn with<R>(self, records: R) -> Haul<R> {
        let Self { records: (), refusals, more_refusals, misses, asked } = self;
        Haul { records, refusals, more_refusals, misses, asked }
    }

    fn take(&mut self, said: Said, progress: &(dyn Fn(Progress) + Send + Sync)) {
        match said {
            Said::Progress(done) => progress(done),
            Said::Refused(refusal) if self.refusals.len() < NAMED_REFUSALS => self.refusals.push(refusal),
            Said::Refused(_) => self.more_refusals += 1,
            Said::Misses(missing) => self.misses.push(missing),
            Said::Asked(asked) => self.asked = asked,
            Said::Records(_) => {}
        }
    }
}
