//! How many lines of a log of a proxy are read in a minute on one core: plain, gzip, zstd, of about 100 bytes each,
//! one in fifty about AI.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use trueup::connectors::{REGISTRY, Said, Settings, Sink};

const LINES: u32 = 3_000_000;
const HOSTS: [&str; 5] =
    ["chatgpt.com", "api.anthropic.com", "copilot.microsoft.com", "cursor.sh", "gemini.google.com"];

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let log = log();
    println!("{LINES} lines, {} bytes each", log.len() / LINES as usize);
    let plain = folder.path().join("access.log");
    std::fs::write(&plain, &log).unwrap();
    measure("plain", &plain);
    let gzip = folder.path().join("access.log.gz");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    packed.write_all(log.as_bytes()).unwrap();
    std::fs::write(&gzip, packed.finish().unwrap()).unwrap();
    measure("gzip", &gzip);
    let zstd = folder.path().join("access.log.zst");
    let packed =
        ruzstd::encoding::compress_to_vec(log.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
    std::fs::write(&zstd, packed).unwrap();
    measure("zstd", &zstd);
}

/// Squid's own format.
fn log() -> String {
    let mut log = String::new();
    for at in 0..LINES {
        let client = format!("10.{}.{}.{}", at % 7, at % 11, at % 251);
        let host = if at % 50 == 0 {
            HOSTS[at as usize / 50 % 5].to_owned()
        } else {
            format!("www{}.shop.example.net", at % 9973)
        };
        let second = 1_774_944_550 + at / 100;
        writeln!(log, "{second}.{:03} {:>6} {client} TCP_TUNNEL/200 {:>6} CONNECT {host}:443 - HIER_DIRECT/93.184.216.34 -", at % 1000, at % 5000, at % 90000)
            .unwrap();
    }
    log
}

fn measure(kind: &str, path: &Path) {
    let settings = Settings::file(path.to_str().unwrap(), Vec::new().into());
    let spec = REGISTRY.iter().find(|spec| spec.id == "network-log").unwrap();
    let connector = (spec.connect)(&settings).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let begun = Instant::now();
    let tools = runtime.block_on(async {
        let (mut sink, mut said) = Sink::channel(64);
        let reading = async move { connector.pull(&mut sink).await };
        let taking = async {
            let mut count = 0;
            while let Some(said) = said.recv().await {
                if let Said::Records(records) = said {
                    count += records.len();
                }
            }
            count
        };
        let (taken, count) = tokio::join!(reading, taking);
        taken.unwrap();
        count
    });
    let taken = begun.elapsed().as_secs_f64();
    let minute = f64::from(LINES) / taken * 60.0 / 1e6;
    println!("{kind}: {taken:.2} s, {minute:.0} million lines a minute, {tools} tools");
}
