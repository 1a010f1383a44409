//! The flags that narrow and order a list of identities, made from the tables of `ops`.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use crate::ops::{Facet, Group, Sort};

/// The facets that were asked for, one flag for each group.
#[derive(Debug, Default)]
pub(super) struct Facets(pub Vec<&'static Facet>);

impl FromArgMatches for Facets {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let of_group = |group: Group| {
            let words = matches.get_many::<String>(group.id()).into_iter().flatten();
            words.filter_map(move |word| group.facet(word))
        };
        Ok(Self(Group::ALL.into_iter().flat_map(of_group).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Facets {
    fn augment_args(command: Command) -> Command {
        Group::ALL.into_iter().fold(command, |command, group| command.arg(flag(group)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

fn flag(group: Group) -> Arg {
    let words = group.facets().map(|facet| PossibleValue::new(facet.id).help(facet.title));
    Arg::new(group.id())
        .long(group.id())
        .value_name("KIND")
        .help(format!("{}; several with commas between", group.title()))
        .action(ArgAction::Append)
        .value_delimiter(',')
        .ignore_case(true)
        .value_parser(PossibleValuesParser::new(words.collect::<Vec<_>>()))
}

/// Reads the word of an order.
pub(super) fn sort() -> impl TypedValueParser<Value = Sort> {
    let words = Sort::ALL.map(|sort| PossibleValue::new(sort.id()).help(sort.first()));
    PossibleValuesParser::new(words).map(|word| Sort::parse(&word).unwrap_or_default())
}
