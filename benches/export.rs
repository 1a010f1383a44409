//! How long a board waits for its page, and a spreadsheet for everybody: drawn, rasterised, compressed, written.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use trueup::export::{self, Format, Report, Rights};
use trueup::ops;

use rights::{COMPANY, Crowd, Told};

#[path = "../tests/it/exports/rights.rs"]
mod rights;

fn main() {
    divan::main();
}

fn format(id: &str) -> &'static Format {
    export::REGISTRY.iter().copied().find(|format| format.id == id).unwrap()
}

/// The invented company, rendered again and again.
fn render(bencher: divan::Bencher<'_, '_>, id: &str, rights: Option<Rights<'_>>) {
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
        rights,
        shadow: None,
        agents: None,
        made: demo.ctx.now(),
        tool: ops::TOOL,
    };
    let format = format(id);
    bencher.bench_local(|| drop(divan::black_box((format.render)(&report).unwrap())));
    runtime.block_on(demo.close());
}

/// 100,000 identities of all classes, one in seven of them unknown.
fn everybody() -> Told {
    let [people, machines, agents, others] = COMPANY;
    let many = |crowd: Crowd, count| Crowd { count, unknown: count / 7, ..crowd };
    Told::of(&[many(people, 38_000), many(machines, 50_000), many(agents, 11_000), many(others, 1_000)])
}

/// The page and every single figure of an assessment without rights; the goal of 400 ms is for the page alone.
#[divan::bench(min_time = 1)]
fn four_pictures_as_png(bencher: divan::Bencher) {
    render(bencher, "png", None);
}

#[divan::bench(min_time = 1)]
fn seven_pictures_as_png(bencher: divan::Bencher) {
    render(bencher, "png", Some(Told::of(&COMPANY).rights()));
}

#[divan::bench(min_time = 1)]
fn seven_pictures_of_everybody_as_png(bencher: divan::Bencher) {
    render(bencher, "png", Some(everybody().rights()));
}

#[divan::bench(min_time = 1)]
fn seven_pictures_as_svg(bencher: divan::Bencher) {
    render(bencher, "svg", Some(Told::of(&COMPANY).rights()));
}

#[divan::bench(min_time = 1)]
fn everybody_as_csv(bencher: divan::Bencher) {
    render(bencher, "csv", Some(everybody().rights()));
}

#[divan::bench(min_time = 1)]
fn everybody_as_json(bencher: divan::Bencher) {
    render(bencher, "json", Some(everybody().rights()));
}
