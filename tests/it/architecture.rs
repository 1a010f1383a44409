//! The house rules that no compiler checks: who may name whom, how big things get, that nothing is forgotten.
//!
//! Each rule is a function from files to faults, so that a small wrong example can prove that it finds them.

mod layers;
mod lexer;
mod registered;
mod sizes;
mod tree;
mod words;

use tree::Tree;

/// Fails with every fault on its own line.
fn none(faults: &[String]) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn arrows_point_inwards() {
    none(&layers::arrows(&Tree::product()));
}

#[test]
fn third_party_crates_stay_behind_their_fences() {
    none(&layers::fences(&Tree::product()));
}

#[test]
fn files_and_functions_stay_small() {
    none(&sizes::faults(&Tree::product()));
}

#[test]
fn product_code_does_not_panic_on_purpose() {
    none(&words::panics(&Tree::product()));
}

#[test]
fn nothing_is_forgotten() {
    none(&registered::modules(&Tree::everything()));
    none(&registered::entries(&Tree::product()));
    none(&registered::embedded(&Tree::everything()));
}

#[test]
fn public_things_are_documented() {
    none(&words::undocumented(&Tree::product()));
}

#[test]
fn names_and_comments_say_something() {
    none(&words::names(&Tree::everything()));
    none(&words::comments(&Tree::everything()));
}
