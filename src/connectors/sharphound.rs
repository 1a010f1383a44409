//! Active Directory as `SharpHound` collects it: the JSON of `BloodHound` CE (versions 5 and 6), one file, several
//! joined end to end, or the ZIP archive of all.
//!
//! The files carry no time of their own. The newest time in them (a creation, a password, a sign-in) dates the
//! evidence, and the file's own where there is none. Rights are told only where everything was read that they depend
//! on: a file of users alone does not show that they have none.

mod archive;
mod document;
mod reading;
mod wire;

use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use super::directory::{self, estate};
use super::open::{FileConnector, FileKind, ONE_FILE, Opened, content};
use super::{ConnectorError, Feed, Sample, Spec, Taken, json};
use crate::model::SourceId;
use crate::model::pull::{Missing, Preflight, Refusal, Sight};
use document::Fault;
use reading::Reading;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "sharphound",
    title: "Active Directory collected by SharpHound (JSON or ZIP)",
    sees: &[
        Sight {
            id: "accounts",
            title: "Users, computers and managed service accounts: enabled, created, last seen, class by rules",
            needs: "any user of the domain: SharpHound, collection method ObjectProps",
            feeds: &[
                "org.identities.total",
                "org.identities.classified",
                "human.users.dormant_90d",
                "machine.identities.total",
                "machine.identities.unused_90d",
            ],
        },
        Sight {
            id: "passwords",
            title: "Passwords: when they were set, whether they expire",
            needs: "any user of the domain: SharpHound, collection method ObjectProps",
            feeds: &["machine.credentials.total", "machine.credentials.older_than_90d"],
        },
        RIGHTS,
    ],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Collection),
};

/// What everybody may do.
const RIGHTS: Sight = Sight {
    id: "rights",
    title: "Groups over all nesting, rights on objects, delegation",
    needs: "any user of the domain: SharpHound, collection methods Group, ACL, ObjectProps, Container; users, \
            computers, groups and domains in one archive",
    feeds: &[
        "human.admins.total",
        "human.entitlements.granted",
        "machine.permissions.granted_risk",
        "ai.agents.general_admin",
        "ai.agents.high_risk",
    ],
};

/// Up to these sizes, in bytes, the objects are counted before a file or an archive is pulled.
const COUNTED: u64 = 50 << 20;
const COUNTED_PACKED: u64 = 4 << 20;

/// The kind of file.
struct Collection;

fn recognise(sample: &Sample<'_>) -> bool {
    if archive::MARKS.iter().any(|mark| sample.head.starts_with(mark)) {
        return is_collection(sample.head);
    }
    let has = |key: &str| json::mentions(sample.head, key);
    let has_objects = has("\"ObjectIdentifier\"") && has("\"Properties\"");
    let has_end = has("\"meta\"") && has("\"version\"") && has("\"type\"");
    json::is_begun(sample.head) && has("\"data\"") && (has_objects || has_end)
}

/// Whether an archive holds files that are named as `SharpHound` names them; of one that is too large to be looked at
/// whole, its first file decides.
fn is_collection(head: &[u8]) -> bool {
    match zip::ZipArchive::new(Cursor::new(head)) {
        Ok(archive) => archive.file_names().flatten().any(|name| is_named(&name)),
        Err(_) => first_name(head).is_some_and(|name| is_named(&name)),
    }
}

/// The name of the first file of an archive, as it stands before the file.
fn first_name(head: &[u8]) -> Option<String> {
    let length = u16::from_le_bytes([*head.get(26)?, *head.get(27)?]);
    let name = head.get(30..30 + usize::from(length))?;
    Some(String::from_utf8_lossy(name).into_owned())
}

/// `20261123215247_users.json`, `users.json`, `CORP_20261123215247_users.json`, in any folder.
fn is_named(name: &str) -> bool {
    let small = name.to_lowercase();
    let file = small.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = file.strip_suffix(".json").unwrap_or_default();
    reading::word(stem.rsplit('_').next().unwrap_or_default()).is_some()
}

impl FileKind for Collection {
    fn look(&self, mut file: Opened) -> Result<Preflight, ConnectorError> {
        let kind = "Active Directory, collected by SharpHound";
        let sees = SPEC.sees.iter().map(|sight| sight.title.to_owned()).collect();
        let misses = directory::ELSEWHERE.iter().map(Missing::from).collect();
        let mut made = Preflight { recognised: kind.to_owned(), sees, misses, counts: Vec::new() };
        let most = if is_packed(&mut file)? { COUNTED_PACKED } else { COUNTED };
        if file.size > most {
            return Ok(made);
        }
        let (path, modified) = (file.path().to_owned(), file.modified);
        let mut reading = Reading::new(&path, modified, None);
        read(file, &path, &mut reading)?;
        let missing = reading.missing();
        if !missing.is_empty() {
            made.sees.retain(|title| title != RIGHTS.title);
            let mut rights = Missing::from(&RIGHTS);
            rights.needs = format!("{}; missing here: {}", RIGHTS.needs, missing.join(", "));
            made.misses.insert(0, rights);
        }
        made.counts = reading.counts.iter().map(|(word, count)| ((*word).to_owned(), *count)).collect();
        let counted: Vec<_> = made.counts.iter().map(|(word, count)| format!("{count} {word}")).collect();
        made.recognised = format!("{kind}: {}", counted.join(", "));
        Ok(made)
    }

    fn read(&self, file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let (path, modified, bytes, name) = (file.path().to_owned(), file.modified, file.size, file.name());
        let mut reading = Reading::new(&path, modified, Some(out));
        read(file, &path, &mut reading)?;
        let missing = reading.missing();
        let has_accounts = ["users", "computers"].iter().any(|word| reading.counts.contains_key(word));
        if !has_accounts {
            let help = "pull the archive that SharpHound leaves, or join its files end to end into one";
            return Err(content(
                &path,
                "",
                "it holds neither users nor computers, so it tells of nobody",
                help,
            ));
        }
        for refusal in std::mem::take(&mut reading.refusals) {
            out.refuse(refusal)?;
        }
        let domain = reading.estate.main_domain();
        let mut source = domain.map_or_else(|| SourceId::new("ad"), |domain| estate::source(&domain));
        if !missing.is_empty() {
            let reason = format!("nobody's rights are told, for this is missing: {}", missing.join(", "));
            out.refuse(Refusal { subject: name, reason })?;
            // Files of other kinds stand beside each other; only a whole collection replaces another.
            let words: Vec<_> = reading.counts.keys().copied().collect();
            source = SourceId::new(format!("{source}#{}", words.join("+")));
        }
        reading.estate.finish(missing.is_empty(), out)?;
        Ok(Taken { source, at: reading.newest().unwrap_or(modified), bytes })
    }
}

fn is_packed(file: &mut Opened) -> Result<bool, ConnectorError> {
    let path: PathBuf = file.path().to_owned();
    let head = std::io::BufRead::fill_buf(file.reader());
    let head = head.map_err(|error| super::open::unreadable(&path, &error))?;
    Ok(archive::MARKS.iter().any(|mark| head.starts_with(mark)))
}

/// Reads a file or all files of an archive.
fn read(mut file: Opened, path: &Path, reading: &mut Reading<'_>) -> Result<(), ConnectorError> {
    if !is_packed(&mut file)? {
        return document::read(file.into_reader(), reading).map_err(|fault| match fault {
            Fault::Stopped(error) => error,
            Fault::Json(error) => json::fault(path, &error),
        });
    }
    let others = archive::each(path, file.size, |name, from| {
        reading.place.1 = archive::within(name);
        let read = match after_mark(from) {
            Ok(text) => document::read(text, reading),
            Err(error) => Err(Fault::Json(serde_json::Error::io(error))),
        };
        read.map_err(|fault| match fault {
            Fault::Stopped(error) => error,
            Fault::Json(error) => {
                archive::packed(path, name, &error).unwrap_or_else(|| json::fault(&path.join(name), &error))
            }
        })
    })?;
    let reason = "it is no JSON and was passed over";
    let others = others.into_iter().map(|subject| Refusal { subject, reason: reason.to_owned() });
    reading.refusals.extend(others);
    Ok(())
}

/// What follows a byte-order mark, if there is one.
fn after_mark(from: &mut dyn Read) -> std::io::Result<impl Read> {
    let mut start = Vec::new();
    from.take(3).read_to_end(&mut start)?;
    if start == b"\xef\xbb\xbf" {
        start.clear();
    }
    Ok(Cursor::new(start).chain(from))
}
