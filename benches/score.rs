//! How long one scoring takes: 59 questions, some 220 answers, the measurements of the invented company.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use trueup::ops;

fn main() {
    divan::main();
}

/// What the terminal UI does after every answer.
#[divan::bench(min_time = 1)]
fn score_59_questions(bencher: divan::Bencher) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let demo = runtime.block_on(ops::demo()).unwrap();
    let mut opened = runtime.block_on(ops::open(&demo.ctx, None)).unwrap();
    bencher.bench_local(|| ops::rescore(&demo.ctx, divan::black_box(&mut opened)));
    runtime.block_on(demo.close());
}
