//! Starts the program and turns its result into an exit code.

fn main() {}
