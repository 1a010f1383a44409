//! AWS: who called what, from event files of `CloudTrail`, plain or gzip, or from `aws cloudtrail lookup-events`.
//!
//! The moment that the data describe is the newest event. Calls that were denied are no use.

mod event;
mod names;
mod tally;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use super::aws_authorization::arn;
use super::json::items::{self, Fault};
use super::open::{FileConnector, FileKind, ONE_FILE, Opened, content};
use super::{ConnectorError, Feed, Progress, Sample, Spec, Taken, json};
use crate::model::pull::{Preflight, Refusal, Sight};
use event::Event;
use tally::Tally;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "aws-cloudtrail",
    title: "AWS CloudTrail events (JSON, plain or gzip)",
    sees: &[
        Sight {
            id: "action-use",
            title: "Which actions users and roles called, and on which resources",
            needs: "read access to the trail's bucket, or cloudtrail:LookupEvents",
            feeds: &[
                "machine.permissions.used_risk_90d",
                "machine.identities.unused_90d",
                "human.users.dormant_90d",
                "ai.permissions.used_risk_90d",
            ],
        },
        Sight {
            id: "not-called",
            title: "Which management calls were not made, where 90 days without a gap are given",
            needs: "all regions' files of 90 days, with reads and writes",
            feeds: &["machine.permissions.used_risk_90d", "ai.permissions.used_risk_90d"],
        },
    ],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Trail),
};

/// The keys of lists of events: in log files, in answers of the command line tool.
static LISTS: &[&str] = &["Records", "Events"];
/// How a gzip file begins.
const GZIP: &[u8] = b"\x1f\x8b";
/// How much of a compressed beginning is looked at, in bytes.
const HEAD: u64 = 64 << 10;
/// Up to this size, in bytes, the events in a file are counted before it is pulled.
const COUNTED: u64 = 16 << 20;
/// How many events pass between two words about the progress.
const STEP: u64 = 1024;
const BUFFER: usize = 256 << 10;

/// The kind of file.
struct Trail;

fn recognise(sample: &Sample<'_>) -> bool {
    let mut unpacked = Vec::new();
    let head = if sample.head.starts_with(GZIP) {
        // The beginning of a file is cut anywhere; what could be unpacked before that is enough.
        let _ = MultiGzDecoder::new(sample.head).take(HEAD).read_to_end(&mut unpacked);
        &unpacked
    } else {
        sample.head
    };
    let is_log = ["\"eventSource\"", "\"userIdentity\""].iter().all(|key| json::mentions(head, key));
    json::is_begun(head) && (is_log || json::mentions(head, "\"CloudTrailEvent\"") || is_empty_log(head))
}

/// A log file of an hour in which nothing happened.
fn is_empty_log(head: &[u8]) -> bool {
    let letters: Vec<u8> =
        head.iter().copied().filter(|letter| !letter.is_ascii_whitespace()).take(64).collect();
    letters == b"{\"Records\":[]}"
}

impl FileKind for Trail {
    fn look(&self, file: Opened) -> Result<Preflight, ConnectorError> {
        let kind = "events of AWS CloudTrail";
        let mut preflight = Preflight {
            recognised: kind.to_owned(),
            sees: SPEC.sees.iter().map(|sight| sight.title.to_owned()).collect(),
            ..Preflight::default()
        };
        if file.size <= COUNTED {
            let mut tally = Tally::default();
            read(file, |event| {
                tally.add(event.told());
                Ok(())
            })?;
            let (events, callers) = (tally.events, tally.callers());
            preflight.recognised = format!("{kind}: {events} events by {callers} users and roles");
            preflight.counts = vec![("events".to_owned(), events), ("users and roles".to_owned(), callers)];
        }
        Ok(preflight)
    }

    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let (bytes, modified, meter, name) = (file.size, file.modified, file.meter(), file.name());
        let mut tally = Tally::default();
        read(file, |event| {
            if tally.events.is_multiple_of(STEP) {
                out.progress(Progress {
                    what: "bytes of events".to_owned(),
                    done: meter.done(),
                    of: Some(meter.of),
                });
                if out.is_closed() {
                    return Err(ConnectorError::Cancelled);
                }
            }
            tally.add(event.told());
            Ok(())
        })?;
        let taken =
            Taken { source: arn::part(&tally.system(), &name), at: tally.newest.unwrap_or(modified), bytes };
        if tally.odd > 0 {
            let reason = format!(
                "{} of {} events have no time or no name and were passed over",
                tally.odd, tally.events
            );
            out.refuse(Refusal { subject: name, reason })?;
        }
        for record in tally.records() {
            out.push(record)?;
        }
        Ok(taken)
    }
}

fn read(
    mut file: Opened,
    take: impl FnMut(Event) -> Result<(), ConnectorError>,
) -> Result<(), ConnectorError> {
    let path = file.path().to_owned();
    let head = file.reader().fill_buf().map_err(|error| super::open::unreadable(&path, &error))?;
    let read = if head.starts_with(GZIP) {
        let unpacked = BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file.into_reader()));
        items::each(unpacked, LISTS, take)
    } else {
        items::each(file.into_reader(), LISTS, take)
    };
    read.map_err(|fault| match fault {
        Fault::Stopped(error) => error,
        Fault::Json(error) => packed(&path, &error).unwrap_or_else(|| json::fault(&path, &error)),
    })
}

/// What is wrong with the packing; `None` when something else is.
fn packed(path: &Path, error: &serde_json::Error) -> Option<ConnectorError> {
    let reason = match error.io_error_kind()? {
        std::io::ErrorKind::UnexpectedEof => {
            "the gzip data end in the middle: the file was cut off, or it is still being written"
        }
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData => "the gzip data are damaged",
        _ => return None,
    };
    Some(content(path, "", reason, "copy the file again from its bucket; nothing of it was kept"))
}
