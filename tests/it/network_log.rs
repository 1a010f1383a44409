//! Logs of name servers and proxies: every format, every packing, and everything that may be wrong in them.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proptest::prelude::*;
use trueup::connectors::{REGISTRY, Sample};
use trueup::model::inventory::{Confidence, Fact};

use super::workstation::{Pulled, pull, tool, tools};

/// Each format with a line of no interest, and two clients that ask for one product.
const FORMATS: &[(&str, &str)] = &[
    (
        "squid",
        "1774944540.000 10 10.0.0.9 TCP_MISS/200 512 GET http://intranet.example.net/ - HIER_DIRECT/10.1.1.1 text/html\n\
         1774944545.123 45 10.0.0.1 TCP_TUNNEL/200 5123 CONNECT chatgpt.com:443 - HIER_DIRECT/104.18.32.47 -\n\
         1774944550.123 45 10.0.0.2 TCP_TUNNEL/200 5123 CONNECT cdn.oaistatic.com:443 - HIER_DIRECT/104.18.32.47 -\n",
    ),
    (
        "dnsmasq",
        "Mar 31 08:09:00 gw dnsmasq[512]: query[A] intranet.example.net from 10.0.0.9\n\
         Mar 31 08:09:05 gw dnsmasq[512]: query[A] chatgpt.com from 10.0.0.1\n\
         Mar 31 08:09:05 gw dnsmasq[512]: reply chatgpt.com is 104.18.32.47\n\
         Mar 31 08:09:10 gw dnsmasq[512]: query[AAAA] CHATGPT.com from fd00::2\n",
    ),
    (
        "bind",
        "31-Mar-2026 08:09:00.001 queries: info: client @0x7f 10.0.0.9#4711 (a.example.net): query: a.example.net IN A + (10.0.0.53)\n\
         31-Mar-2026 08:09:05.001 queries: info: client @0x7f 10.0.0.1#4711 (chatgpt.com): query: chatgpt.com IN A + (10.0.0.53)\n\
         31-Mar-2026 08:09:10.001 queries: info: client @0x7f 10.0.0.2#4711 (chatgpt.com): query: chatgpt.com IN A + (10.0.0.53)\n",
    ),
    (
        "zeek",
        "#separator \\x09\n#fields\tts\tuid\tid.orig_h\n#path\tdns\n\
         1774944545.1\tCx1\t10.0.0.1\t5353\t10.0.0.53\t53\tudp\t1\tchatgpt.com\t1\tC_INTERNET\n\
         1774944550.1\tCx2\t10.0.0.2\t5353\t10.0.0.53\t53\tudp\t1\tchatgpt.com\t1\tC_INTERNET\n",
    ),
    (
        "umbrella",
        "\"2026-03-31 08:09:05\",\"Ada\",\"Ada\",\"10.0.0.1\",\"198.51.100.7\",\"Allowed\",\"1 (A)\",\"NOERROR\",\"chatgpt.com.\",\"AI\"\n\
         \"2026-03-31 08:09:10\",\"Bob\",\"Bob\",\"10.0.0.2\",\"198.51.100.7\",\"Allowed\",\"1 (A)\",\"NOERROR\",\"chatgpt.com.\",\"AI\"\n",
    ),
    (
        "json",
        "{\"ts\":\"2026-03-31T08:09:05Z\",\"answers\":[\"1.2.3.4\"],\"client\":\"10.0.0.1\",\"query\":\"chatgpt.com\"}\n\
         {\"ts\":\"2026-03-31T08:09:10Z\",\"answers\":[\"1.2.3.4\"],\"client\":\"10.0.0.2\",\"query\":\"chatgpt.com\"}\n",
    ),
    (
        "common",
        "10.0.0.1 - ada [31/Mar/2026:10:09:05 +0200] \"GET https://chatgpt.com/backend HTTP/1.1\" 200 5 \"-\" \"x\"\n\
         10.0.0.2 - bob [31/Mar/2026:10:09:10 +0200] \"CONNECT chatgpt.com:443 HTTP/1.1\" 200 5 \"-\" \"x\"\n",
    ),
];

fn recognised(content: &[u8]) -> Vec<&'static str> {
    let sample = Sample { head: &content[..content.len().min(64 << 10)], size: content.len() as u64 };
    let fits = REGISTRY.iter().filter(|spec| spec.recognise.is_some_and(|recognise| recognise(&sample)));
    fits.map(|spec| spec.id).collect()
}

fn write(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).unwrap();
    path
}

fn read(content: &[u8]) -> Pulled {
    let folder = tempfile::tempdir().unwrap();
    pull("network-log", &write(folder.path(), "a.log", content)).unwrap()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(content).unwrap();
    packed.finish().unwrap()
}

fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

/// What the program `zstd` makes of it; nothing where it is not installed.
fn zstd_by_itself(content: &[u8]) -> Option<Vec<u8>> {
    let run = Command::new("zstd")
        .args(["-q", "-c", "-19", "--check"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = run.ok()?;
    child.stdin.take().unwrap().write_all(content).unwrap();
    let made = child.wait_with_output().unwrap();
    assert!(made.status.success());
    Some(made.stdout)
}

#[test]
fn every_format_tells_the_product_its_clients_and_its_last_time() {
    for (format, log) in FORMATS {
        assert_eq!(recognised(log.as_bytes()), ["network-log"], "{format}");
        let pulled = read(log.as_bytes());
        let found = tool(&pulled, "openai-chatgpt");
        assert_eq!(tools(&pulled).len(), 1, "{format}");
        assert_eq!(found.users, Fact::Known(2), "{format}");
        assert_eq!(found.found, Fact::Known("2026-03-31T08:09:10Z".parse().unwrap()), "{format}");
        assert_eq!(found.channel, Fact::Known("network".to_owned()));
        assert_eq!((found.confidence, found.rule.as_str()), (Some(Confidence::High), "catalogue.host/1"));
        assert!(found.evidence[0].starts_with("host chatgpt.com in "), "{format}: {:?}", found.evidence);
        assert_eq!(pulled.taken.at, "2026-03-31T08:09:10Z".parse().unwrap(), "{format}");
    }
}

#[test]
fn a_packed_log_is_the_same_log() {
    let log = FORMATS[0].1.repeat(500);
    let plain = read(log.as_bytes());
    let half = log.len() / 2;
    let skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00xyz";
    let mut joined = zstd(&log.as_bytes()[..half]);
    joined.extend_from_slice(skippable);
    joined.extend(zstd(&log.as_bytes()[half..]));
    let mut packings = vec![gzip(log.as_bytes()), zstd(log.as_bytes()), joined];
    packings.push([gzip(&log.as_bytes()[..half]), gzip(&log.as_bytes()[half..])].concat());
    match zstd_by_itself(log.as_bytes()) {
        Some(packed) => packings.push(packed),
        None => assert!(std::env::var_os("CI").is_none(), "zstd is required when CI is set"),
    }
    for packed in packings {
        assert_eq!(recognised(&packed), ["network-log"]);
        assert_eq!(read(&packed).records, plain.records);
        let folder = tempfile::tempdir().unwrap();
        let cut = write(folder.path(), "cut.log", &packed[..packed.len() - 5]);
        let error = pull("network-log", &cut).unwrap_err().to_string();
        assert!(error.contains("end in the middle") || error.contains("damaged"), "{error}");
        let mut broken = packed.clone();
        let middle = broken.len() / 2;
        broken[middle] ^= 0xff;
        let broken = write(folder.path(), "broken.log", &broken);
        let _ = pull("network-log", &broken).map(|pulled| assert_ne!(pulled.records, Vec::new()));
    }
}

#[test]
fn mixed_encodings_and_signs_that_steer_a_terminal_do_no_harm() {
    let mut log = FORMATS[0].1.as_bytes().to_vec();
    log.extend_from_slice(b"\xff\xfe\x00\x1b[31m\xc3( \xe4\xf6\xfc 10.0.0.3 claude.ai \x07\xe2\x82\n");
    log.extend("1774944550.5 1 10.0.0.4 GET https://bücher.example/ポー poe.com\n".as_bytes());
    let pulled = read(&log);
    let ids: Vec<_> = tools(&pulled).into_iter().map(|tool| tool.id.as_str()).collect();
    assert_eq!(ids, ["openai-chatgpt", "anthropic-claude", "poe"]);
    let all = format!("{:?}", pulled.records);
    assert!(!all.contains("\\u{") && !all.contains("\\x"), "{all}");
    let wide: Vec<u8> =
        format!("\u{feff}{}", FORMATS[4].1).encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(recognised(&wide), ["network-log"]);
    assert_eq!(tool(&read(&wide), "openai-chatgpt").users, Fact::Known(2));
}

#[test]
fn what_was_always_refused_was_not_in_use() {
    let line = "1774944545.123 45 10.0.0.1 TCP_DENIED/403 0 CONNECT claude.ai:443 - HIER_NONE/- -\n";
    let refused = read(line.as_bytes());
    let found = tool(&refused, "anthropic-claude");
    assert_eq!((found.found, found.users), (Fact::Absent, Fact::Hidden));
    assert_eq!(found.evidence, ["host claude.ai in 1 lines", "1 lines were refused"]);
    let both = read(format!("{line}{}", line.replace("DENIED/403", "TUNNEL/200")).as_bytes());
    assert_eq!(tool(&both, "anthropic-claude").users, Fact::Known(1));
}

#[test]
fn a_list_of_hosts_without_times_leaves_the_time_open() {
    let pulled = read(b"chatgpt.com\nexample.net\n");
    assert_eq!(tool(&pulled, "openai-chatgpt").found, Fact::Hidden);
    assert!(recognised(b"chatgpt.com\nexample.net\n").is_empty(), "it is one only when it is named so");
    assert!(
        recognised(b"id,name,found\nchat.example.com,Example,2026-03-20\n")
            .iter()
            .all(|id| *id != "network-log")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_and_nothing_of_them_is_told(bytes in proptest::collection::vec(any::<u8>(), 1..500)) {
        let mut log = FORMATS[0].1.as_bytes().to_vec();
        log.extend(&bytes);
        let folder = tempfile::tempdir().unwrap();
        let pulled = pull("network-log", &write(folder.path(), "a.log", &log)).unwrap();
        prop_assert!(tools(&pulled).iter().any(|tool| tool.id == "openai-chatgpt"));
        let all = format!("{:?}", pulled.records);
        prop_assert!(all.chars().all(|sign| sign.is_ascii_graphic() || sign == ' '));
    }
}
