//! How long one large frame takes, without a terminal: 200 columns, 60 rows, the invented company.
#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::sync::Arc;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use trueup::ops;
use trueup::tui::app::{App, Event};
use trueup::tui::screen::Entry;
use trueup::tui::screens::{home, interview, scorecard};
use trueup::tui::session::{Environment, JobEvent, LedgerEvent, Outcome};
use trueup::tui::theme::{Depth, Theme};

fn main() {
    divan::main();
}

/// What is drawn after every key.
#[divan::bench(args = ["home", "interview", "scorecard"], min_time = 1)]
fn frame_200x60(bencher: divan::Bencher, screen: &str) {
    let entry = [&home::ENTRY, &interview::ENTRY, &scorecard::ENTRY];
    let entry = entry.into_iter().find(|entry| entry.id == screen).unwrap();
    let app = app(entry);
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).unwrap();
    bencher.bench_local(|| {
        terminal.draw(|frame| drop(divan::black_box(app.view(frame)))).unwrap();
    });
}

/// An app on one screen that has read the last quarter and the list.
fn app(entry: &'static Entry) -> App {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let demo = runtime.block_on(ops::demo()).unwrap();
    let opened = runtime.block_on(ops::open(&demo.ctx, None)).unwrap();
    let list = runtime.block_on(ops::list(&demo.ctx)).unwrap();
    let scorer = demo.ctx.clone();
    let environment = Environment {
        library: Arc::clone(&demo.ctx.library),
        clock: demo.ctx.clock,
        actor: demo.ctx.actor.clone(),
        rescore: Arc::new(move |opened| ops::rescore(&scorer, opened)),
        is_demo: true,
    };
    runtime.block_on(demo.close());
    let mut app = App::new(environment, Theme::new(Depth::True), entry);
    app.session.size = (200, 60);
    app.update(Event::Ledger(LedgerEvent::Loaded(Box::new(opened))));
    app.update(Event::Job(0, JobEvent::Done(Box::new(Outcome::Listed(list)))));
    app
}
