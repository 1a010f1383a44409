//! Every format renders every report, states the same scores, and is harmless.
//!
//! The files of each run lie in `target/tmp/exports`, to be looked at.

use std::fs;
use std::path::Path;

use trueup::export::{self, File, Format};

mod sample;

use sample::Sample;

fn samples() -> Vec<Sample> {
    vec![Sample::typical(), Sample::empty(), Sample::hostile()]
}

fn render(format: &Format, sample: &Sample) -> Vec<File> {
    (format.render)(&sample.report()).unwrap()
}

#[test]
fn every_format_renders_every_report() {
    for sample in samples() {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("exports").join(sample.name);
        fs::create_dir_all(&folder).unwrap();
        for format in export::REGISTRY {
            for file in render(format, &sample) {
                assert!(!file.bytes.is_empty(), "{}", file.name);
                assert!(file.name.ends_with(&format!(".{}", format.extension)), "{}", file.name);
                fs::write(folder.join(&file.name), &file.bytes).unwrap();
            }
        }
    }
}
