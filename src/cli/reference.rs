//! The reference of all commands as Markdown, made from the same definitions that read the arguments.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use super::Cli;
use crate::connectors::{REGISTRY, Spec};

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

/// Every connector with what it shows, needs and has to be told, as it stands in `docs/sources.md`.
pub fn sources() -> String {
    let mut text = String::from(SOURCES);
    let (live, files): (Vec<&Spec>, Vec<&Spec>) = REGISTRY.iter().partition(|spec| spec.recognise.is_none());
    for (title, specs) in [("Systems that are asked", live), ("Files", files)] {
        let _ = write!(text, "\n## {title}\n");
        for spec in specs {
            let _ = write!(
                text,
                "\n### {} (`{}`)\n\n| it shows | for that it needs | open without it |\n|---|---|---|\n",
                spec.title, spec.id
            );
            for sight in spec.sees {
                let feeds: Vec<String> = sight.feeds.iter().map(|metric| format!("`{metric}`")).collect();
                let _ = writeln!(text, "| {} | {} | {} |", sight.title, sight.needs, feeds.join(", "));
            }
            for one in spec.settings.iter().filter(|_| spec.recognise.is_none()) {
                let required = if one.is_required { ", required" } else { "" };
                let _ = write!(text, "\n- `{}`{required}: {}. {}", one.key, one.form.words(), one.help);
            }
            text.push('\n');
            for permit in spec.permits {
                let _ = write!(
                    text,
                    "\n{}\n\n```{}\n{}\n```\n",
                    permit.how,
                    permit.language,
                    permit.text.trim_end()
                );
            }
        }
    }
    text
}

const SOURCES: &str = "# Sources

Generated from the program; `UPDATE_DOCS=1` rewrites it.

`trueup pull FILE` reads a file and tells what it is from its content. A system is set up once and then pulled by its name:

```text
trueup sources add hr scim address=https://id.example.com/scim/v2 token=env:HR_TOKEN
trueup sources permit scim    # the least rights to give it, ready to paste, where the system has a language for them
trueup sources test hr        # what it would show, what not, and what that leaves open
trueup pull hr                # or --all: every source at once
trueup sources receipt        # what was asked, what came, what was refused
```

What is set up stands in `sources.toml` beside your settings. It holds no secret, only where one lies, as the settings below say. A secret is fetched when it is needed, sent to the configured address and nowhere else, and never written anywhere. Addresses begin with https://, but on this machine. Pages and redirections that lead to another address are refused. A system that is busy is asked again when it says, or after a wait that grows; one that asks for more than five minutes is given up.

A pull that breaks off keeps its receipt and nothing else: an earlier whole one still counts. What a system forbids, does not keep, or keeps behind another licence is named as missing and never counted as none.
";

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
