//! The tables of keys: no two rows of a screen claim one chord, and `docs/keys.md` says what they say.

use std::fmt::Write;
use std::path::Path;

use trueup::tui::app;
use trueup::tui::keymap::{Chord, KeyRow, clashes, rows, written};
use trueup::tui::screens::REGISTRY;

fn tables() -> Vec<(&'static str, &'static str, Vec<KeyRow>)> {
    let screens = REGISTRY.iter().map(|entry| (entry.id, entry.title, (entry.keys)()));
    std::iter::once(("everywhere", "Everywhere", rows(app::KEYS))).chain(screens).collect()
}

#[test]
fn no_two_rows_of_a_table_claim_one_chord() {
    for (id, _, rows) in tables() {
        assert_eq!(clashes(&rows), [], "{id}");
    }
}

#[test]
fn every_chord_can_be_pressed() {
    for (id, _, rows) in tables() {
        for chord in rows.iter().flat_map(|row| row.chords.split(' ')) {
            assert!(Chord::parse(chord).is_some(), "{id}: {chord}");
        }
    }
}

#[test]
fn the_page_of_keys_is_current() {
    let mut page =
        "# Keys\n\nMade from the tables of the screens; a screen's own row wins over one of everywhere. \
                    In the program `?` shows the same for the screen at hand.\n"
            .to_owned();
    for (_, title, rows) in tables() {
        let _ = write!(page, "\n## {title}\n\n| keys | what they do |\n|---|---|\n");
        for row in rows {
            let _ = writeln!(page, "| `{}` | {} |", written(row.chords), row.help);
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/keys.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(kept, page, "docs/keys.md is stale; UPDATE_DOCS=1 cargo test --test it keys writes it");
}
