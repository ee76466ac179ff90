//! The command line as a page, made from the command line itself.

use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use crate::args::Cli;

pub(super) fn page() -> String {
    let mut root = Cli::command();
    root.build();
    let mut page = "# Command line\n".to_owned();
    describe(&root, "inviter", &mut page);
    page
}

/// Writes a command and those below it.
fn describe(command: &Command, name: &str, page: &mut String) {
    let about = command.get_long_about().or(command.get_about());
    let about = about.map(ToString::to_string).unwrap_or_default();
    let _ = write!(page, "\n## `{name}`\n\n{about}\n");
    let arguments: Vec<&Arg> = command
        .get_arguments()
        .filter(|argument| is_own(argument, name))
        .collect();
    if !arguments.is_empty() {
        let _ = write!(page, "\n| Option | Default | Meaning |\n|---|---|---|\n");
    }
    for argument in arguments {
        let _ = writeln!(
            page,
            "| {} | {} | {} |",
            usage(argument),
            default(argument),
            meaning(argument)
        );
    }
    let commands = command.get_subcommands();
    for below in commands.filter(|below| !below.is_hide_set() && below.get_name() != "help") {
        describe(below, &format!("{name} {}", below.get_name()), page);
    }
}

/// Options of every command are told once, with the program.
fn is_own(argument: &Arg, name: &str) -> bool {
    let is_help = ["help", "version"].contains(&argument.get_id().as_str());
    !is_help && !argument.is_hide_set() && (name == "inviter" || !argument.is_global_set())
}

fn usage(argument: &Arg) -> String {
    let value = argument.get_value_names().and_then(|names| names.first());
    let value = value.map(|name| format!(" <{name}>")).unwrap_or_default();
    match argument.get_long() {
        Some(long) => format!("`--{long}{value}`"),
        None => format!("`{}`", value.trim()),
    }
}

fn default(argument: &Arg) -> String {
    let values: Vec<_> = argument
        .get_default_values()
        .iter()
        .map(|value| value.to_string_lossy())
        .collect();
    match (values.as_slice(), argument.is_required_set()) {
        ([], true) => "required".to_owned(),
        ([], false) => String::new(),
        (values, _) => format!("`{}`", values.join(",")),
    }
}

fn meaning(argument: &Arg) -> String {
    let mut text = argument
        .get_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    if let Some(variable) = argument.get_env() {
        let _ = write!(
            text,
            "; environment variable `{}`",
            variable.to_string_lossy()
        );
    }
    text.replace('|', "\\|").replace('\n', " ")
}
