//! What the documents promise is there: links, files, commands, pictures.
//!
//! `UPDATE_DOCS=1 cargo test --test it docs` draws the pictures anew.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use trueup::{export, ops};

use crate::capture;

/// The largest picture that a page may load.
const PICTURE: u64 = 300 * 1024;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn pages() -> Vec<PathBuf> {
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let pages = docs.filter(|path| path.extension().is_some_and(|ending| ending == "md"));
    pages.chain([root().join("README.md")]).collect()
}

#[test]
fn links_lead_somewhere() {
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = page.parent().unwrap().join(target);
            assert!(path.exists(), "{}: {target} is not there", page.display());
        }
    }
}

#[test]
fn files_that_are_named_exist() {
    let folders = ["src/", "tests/", "docs/", "assets/", "questionnaires/", "benches/", ".cargo/", ".ci/"];
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        for name in text.split('`').skip(1).step_by(2) {
            let is_path = folders.iter().any(|folder| name.starts_with(folder)) && !name.contains(' ');
            // An example of a name that the reader chooses.
            let is_example = name.contains("acme") || name.contains('…') || name.contains('*');
            if is_path && !is_example {
                assert!(root().join(name).exists(), "{}: {name} is not there", page.display());
            }
        }
    }
}

/// The words of one line of a shell example; quotes hold words together, `#` begins a comment.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut quoted = false;
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            '#' if !quoted => break,
            ' ' if !quoted => words.push(String::new()),
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn the_scripted_example_of_the_readme_works() {
    let folder = tempfile::tempdir().unwrap();
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let example = readme.split("```").find(|block| block.contains("trueup new")).unwrap();
    let mut commands = 0;
    for line in example.lines().filter(|line| line.starts_with("trueup ")) {
        let arguments = words(line).into_iter().skip(1).map(|word| {
            // The example is run from the project's folder; its results go elsewhere here.
            if word.starts_with("assets/") { root().join(word).display().to_string() } else { word }
        });
        let mut command = Command::new(env!("CARGO_BIN_EXE_trueup"));
        command.args(arguments).current_dir(folder.path()).env("TRUEUP_DB", "halden.sqlite");
        let done = command.output().unwrap();
        assert!(done.status.success(), "{line}\n{}", String::from_utf8_lossy(&done.stderr));
        commands += 1;
    }
    assert_eq!(commands, 7);
    assert!(folder.path().join("board").read_dir().unwrap().count() >= 4);
}

#[tokio::test]
async fn the_picture_of_the_readme_is_made_by_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let demo = ops::demo().await.unwrap();
    let opened = ops::open(&demo.ctx, None).await.unwrap();
    let png: Vec<_> = export::REGISTRY.iter().copied().filter(|format| format.id == "png").collect();
    let files = ops::export(&demo.ctx, &opened.assessment.begun.id, &png, folder.path()).await.unwrap();
    demo.close().await;
    let fresh = files.iter().find(|file| file.to_string_lossy().contains("scorecard")).unwrap();
    let kept = root().join("docs/images/scorecard.png");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        fs::copy(fresh, &kept).unwrap();
    }
    assert!(kept.metadata().unwrap().len() <= PICTURE);
    assert_eq!(size(&kept), size(fresh), "draw it anew: UPDATE_DOCS=1 cargo test --test it docs");
}

/// Width and height from a PNG's header.
fn size(png: &Path) -> Vec<u8> {
    let bytes = fs::read(png).unwrap();
    assert!(bytes.starts_with(b"\x89PNG"), "{} is no picture", png.display());
    bytes[16..24].to_vec()
}

#[test]
fn the_screen_of_the_readme_is_made_by_the_program() {
    let drawing = capture::screen(&["demo"], (100, 30), &[], "Halden Mills");
    let kept = root().join("docs/images/screen.svg");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::create_dir_all(kept.parent().unwrap()).unwrap();
        fs::write(&kept, &drawing).unwrap();
    }
    assert!(kept.metadata().unwrap().len() <= PICTURE);
    assert!(fs::read_to_string(&kept).unwrap().contains("Halden Mills"));
}
