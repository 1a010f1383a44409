//! How long a board waits for its page: drawn, rasterised, compressed.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use trueup::export::{self, Format, Report};
use trueup::ops;

fn main() {
    divan::main();
}

fn format(id: &str) -> &'static Format {
    export::REGISTRY.iter().copied().find(|format| format.id == id).unwrap()
}

/// The invented company, rendered again and again.
fn render(bencher: divan::Bencher<'_, '_>, render: impl Fn(&Report<'_>)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let demo = runtime.block_on(ops::demo()).unwrap();
    let opened = runtime.block_on(ops::open(&demo.ctx, None)).unwrap();
    let report = Report {
        begun: &opened.assessment.begun,
        questionnaire: &opened.questionnaire,
        catalog: &demo.ctx.library.catalog,
        scorecard: &opened.scorecard,
        measurements: &opened.measurements,
        manifests: &opened.manifests,
        history: &[],
        rights: None,
        made: demo.ctx.now(),
        tool: ops::TOOL,
    };
    bencher.bench_local(|| render(&report));
    runtime.block_on(demo.close());
}

/// The page and every single figure; the goal of 400 ms is for the page alone.
#[divan::bench(min_time = 1)]
fn all_pictures_as_png(bencher: divan::Bencher) {
    render(bencher, |report| drop(divan::black_box((format("png").render)(report).unwrap())));
}

#[divan::bench(min_time = 1)]
fn all_pictures_as_svg(bencher: divan::Bencher) {
    render(bencher, |report| drop(divan::black_box((format("svg").render)(report).unwrap())));
}
