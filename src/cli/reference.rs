//! The reference of all commands as Markdown, made from the same definitions that read the arguments.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use super::Cli;

/// The whole reference, as it stands in `docs/cli.md`.
pub fn reference() -> String {
    let mut command = Cli::command();
    command.build();
    let mut text =
        String::from("# The command line\n\nGenerated from the program; `UPDATE_DOCS=1` rewrites it.\n");
    section(&command, "trueup", &mut text);
    if let Some(more) = command.get_after_long_help() {
        let _ = write!(text, "\n## More\n\n{more}\n");
    }
    text
}

fn section(command: &Command, path: &str, text: &mut String) {
    let usage = command.clone().bin_name(path).render_usage().to_string();
    let about = command.get_about().map(ToString::to_string).unwrap_or_default();
    let usage = usage.trim_start_matches("Usage: ");
    let _ = write!(text, "\n## {path}\n\n{about}\n\n```text\n{usage}\n```\n");
    let is_top = path == "trueup";
    let arguments: Vec<_> =
        command.get_arguments().filter(|argument| is_top || !argument.is_global_set()).collect();
    let shown = arguments.iter().filter(|argument| !argument.is_hide_set() && argument.get_id() != "help");
    let lines: String = shown.map(|argument| line(argument)).collect();
    if !lines.is_empty() {
        let _ = write!(text, "\n{lines}");
    }
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        section(inner, &format!("{path} {}", inner.get_name()), text);
    }
}

fn line(argument: &Arg) -> String {
    let value =
        argument.get_value_names().and_then(<[_]>::first).map(ToString::to_string).unwrap_or_default();
    let name = match argument.get_long() {
        Some(long) if argument.get_action().takes_values() => format!("--{long} {value}"),
        Some(long) => format!("--{long}"),
        None => value,
    };
    let help = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
    let words: Vec<_> = argument.get_possible_values().iter().map(|it| it.get_name().to_owned()).collect();
    // Flags without a value have "true" and "false", which nobody writes.
    let words = if argument.get_action().takes_values() { words.join(", ") } else { String::new() };
    let words = if words.is_empty() { words } else { format!(". One of: {words}") };
    format!("- `{name}`: {help}{words}\n")
}
