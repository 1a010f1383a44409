//! AI tools in logs of name servers and proxies, in whatever format: every host of a line is held against the domains
//! of the catalogue. Bytes, not letters: no encoding is wrong, and nothing of a line but its time and the number of
//! clients is kept.
//!
//! The newest time in the log dates the evidence, the file's own where no line tells one. A referrer counts as a use,
//! for whoever sends it was there.

mod asking;
mod domains;
mod lines;
mod tally;
mod times;
mod unpack;

use std::io::{BufRead, Read};

use jiff::Timestamp;

use super::open::{FileConnector, FileKind, ONE_FILE, Opened};
use super::{ConnectorError, Feed, Progress, Sample, Spec, Taken};
use crate::model::SourceId;
use crate::model::inventory::Record;
use crate::model::pull::{Missing, Preflight, Sight};
use lines::Lines;
use tally::Tally;
use unpack::Packing;

/// The connector, as the registry knows it.
pub static SPEC: Spec = Spec {
    id: "network-log",
    title: "DNS or proxy log (any format; plain, gzip, zstd)",
    sees: &[
        Sight {
            id: "use",
            title: "Which AI tools are asked for, and by how many clients",
            needs: "read access to the log, with the names that are asked for",
            feeds: &["ai.shadow.detected_90d", "ai.shadow.channels_covered"],
        },
        TIMES,
    ],
    settings: ONE_FILE,
    permits: &[],
    recognise: Some(recognise),
    connect: |settings| FileConnector::connect(settings, Log),
};

const TIMES: Sight = Sight {
    id: "times",
    title: "When each was last asked for",
    needs: "lines that begin with a time: ISO 8601, seconds since 1970, syslog, the common log format",
    feeds: &["ai.shadow.detected_90d", "ai.shadow.channels_covered", "ai.shadow.scan_age_days"],
};

/// How much of a log is looked at before it is pulled, and to tell its kind, in bytes after unpacking.
const LOOKED_AT: u64 = 16 << 20;
const HEAD: u64 = 64 << 10;
/// How many lines tell the kind of a file.
const LINES: usize = 40;
/// Keys that lines of JSON about names or requests have.
const KEYS: &[&[u8]] = &[
    b"\"query\"",
    b"\"qname\"",
    b"\"rrname\"",
    b"\"QueryName\"",
    b"\"queryName\"",
    b"\"query_name\"",
    b"\"host\"",
    b"\"url\"",
    b"\"cs-host\"",
    b"\"domain\"",
    b"\"sni\"",
    b"\"server_name\"",
    b"\"dest_host\"",
];
/// Words of name servers and proxies.
const WORDS: &[&[u8]] = &[b"query[", b" query: ", b"dnsmasq", b"TCP_", b" CONNECT ", b"unbound"];

/// The kind of file.
struct Log;

/// Whether most lines have a time, a host, and a client or a word of such logs.
fn recognise(sample: &Sample<'_>) -> bool {
    let mut head = Vec::new();
    let packing = Packing::of(sample.head);
    // The beginning of a file is cut anywhere; what could be unpacked before that is enough.
    let _ = packing.open(sample.head).take(HEAD).read_to_end(&mut head);
    if matches!(head.get(..2), Some([0xff, 0xfe] | [0xfe, 0xff])) {
        head.retain(|byte| *byte != 0);
    }
    if head.starts_with(b"#separator ") {
        return [b"#path\tdns".as_slice(), b"#path\thttp", b"#path\tssl"]
            .iter()
            .any(|path| memchr::memmem::find(&head, path).is_some());
    }
    let is_cut = sample.size > sample.head.len() as u64 || head.len() as u64 == HEAD;
    let mut lines: Vec<&[u8]> = head.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii).collect();
    if is_cut && lines.len() > 1 {
        lines.pop();
    }
    lines.retain(|line| !line.is_empty() && !line.starts_with(b"#"));
    lines.truncate(LINES);
    let fitting = lines.iter().filter(|line| is_line(line)).count();
    fitting > 0 && fitting * 2 >= lines.len()
}

fn is_line(line: &[u8]) -> bool {
    let has = |words: &[&[u8]]| words.iter().any(|word| memchr::memmem::find(line, word).is_some());
    if line.starts_with(b"{") {
        let is_whole = line.ends_with(b"}");
        return is_whole
            && has(KEYS)
            && !has(&[b"\"eventSource\""])
            && times::time(line, Timestamp::MAX).is_some();
    }
    let is_known = has(WORDS) || asking::first(line).is_some();
    is_known && has_host(line) && times::time(line, Timestamp::MAX).is_some()
}

/// Whether any word of a line is a name with a dot in it that ends with letters.
fn has_host(line: &[u8]) -> bool {
    let is_sign = |byte: &u8| byte.is_ascii_alphanumeric() || b".-_".contains(byte);
    line.split(|byte| !is_sign(byte)).any(|run| {
        let run = run.strip_suffix(b".").unwrap_or(run);
        let end = memchr::memrchr(b'.', run).and_then(|dot| run.get(dot + 1..)).unwrap_or_default();
        end.len() >= 2 && end.iter().all(u8::is_ascii_alphabetic)
    })
}

impl FileKind for Log {
    fn look(&self, mut file: Opened) -> Result<Preflight, ConnectorError> {
        let (path, modified) = (file.path().to_owned(), file.modified);
        let packing = packing(&mut file)?;
        let mut tally = Tally::new(modified);
        let mut looked_at = 0;
        let mut lines = Lines::new(packing.open(file.into_reader()).take(LOOKED_AT));
        while let Some(piece) = lines.next().map_err(|error| packing.fault(&path, &error))? {
            looked_at += memchr::memchr_iter(b'\n', piece).count() as u64;
            tally.take(piece);
            tally.look_at_end(piece);
        }
        let misses = if tally.newest.is_none() { vec![Missing::from(&TIMES)] } else { Vec::new() };
        let is_seen = |sight: &&Sight| misses.iter().all(|missing| missing.sight != sight.title);
        Ok(Preflight {
            recognised: format!("a DNS or proxy log ({})", packing.word()),
            sees: SPEC.sees.iter().filter(is_seen).map(|sight| sight.title.to_owned()).collect(),
            misses,
            counts: vec![
                ("lines looked at".to_owned(), looked_at),
                ("of them about AI".to_owned(), tally.hits),
                ("AI tools".to_owned(), tally.products() as u64),
            ],
        })
    }

    fn read(&self, mut file: Opened, out: &Feed) -> Result<Taken, ConnectorError> {
        let (path, modified, bytes) = (file.path().to_owned(), file.modified, file.size);
        let (meter, name) = (file.meter(), file.name());
        let packing = packing(&mut file)?;
        let mut tally = Tally::new(modified);
        let mut lines = Lines::new(packing.open(file.into_reader()));
        while let Some(piece) = lines.next().map_err(|error| packing.fault(&path, &error))? {
            tally.take(piece);
            tally.look_at_end(piece);
            if out.is_closed() {
                return Err(ConnectorError::Cancelled);
            }
            let what = "bytes of the log".to_owned();
            out.progress(Progress { what, done: meter.done(), of: Some(meter.of) });
        }
        // Logs stand beside each other: one of another day or another proxy does not replace this one.
        let source = SourceId::new(format!("network-log:{name}"));
        for tool in tally.tools(&source) {
            out.push(Record::Tool(tool))?;
        }
        Ok(Taken { source, at: tally.newest.unwrap_or(modified), bytes })
    }
}

fn packing(file: &mut Opened) -> Result<Packing, ConnectorError> {
    let path = file.path().to_owned();
    let head = file.reader().fill_buf().map_err(|error| super::open::unreadable(&path, &error))?;
    Ok(Packing::of(head))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;
    use crate::connectors::catalogue::{Seen, find};

    proptest! {
        #[test]
        fn any_bytes_are_a_log(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = recognise(&Sample { head: &bytes, size: bytes.len() as u64 });
            let mut tally = Tally::new(Timestamp::UNIX_EPOCH);
            tally.take(&bytes);
            tally.look_at_end(&bytes);
        }

        /// Lines with one host each, held against the catalogue by another way.
        #[test]
        fn each_line_counts_once_for_its_product(
            hosts in proptest::collection::vec(
                prop_oneof![
                    "[a-z]{1,6}\\.(example|com|ai)",
                    "(www\\.|api\\.|)(chatgpt\\.com|claude\\.ai|cursor\\.sh|openaicom\\.imgix\\.net|poe\\.com)",
                ],
                0..30,
            ),
        ) {
            let line = |host: &String| format!("1774944550.1 1 10.0.0.1 CONNECT {host}:443 ref=https://{host}/ -\n");
            let log: String = hosts.iter().map(line).collect();
            let mut tally = Tally::new(Timestamp::MAX);
            tally.take(log.as_bytes());
            let mut expected: BTreeMap<&str, u64> = BTreeMap::new();
            for host in &hosts {
                if let Some(found) = find(&Seen { hosts: &[host.as_str()], ..Seen::default() }) {
                    *expected.entry(found.product.key.as_str()).or_default() += 1;
                }
            }
            prop_assert_eq!(tally.lines(), expected);
        }
    }
}
