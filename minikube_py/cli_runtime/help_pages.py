"""Help pages, drawn by Click from the same declarations that the parser reads."""

from __future__ import annotations

import click

from minikube_py.cli_runtime.flags import GLOBAL_FLAGS, Flag
from minikube_py.cli_runtime.verb import Verb, load_verb

METAVARS = {
    "int": "N",
    "int32": "N",
    "count": "N",
    "duration": "DURATION",
    "period": "DURATION",
    "slice": "A,B",
    "array": "TEXT",
    "string": "TEXT",
    "levels": "TEXT",
    "map": "A=B",
    "pairs": "A=B",
}


def render(verb: Verb, path: str) -> str:
    """Return the help page of a verb."""
    command = make_command(verb)
    context = click.Context(command, info_name=path, max_content_width=110)
    formatter = context.make_formatter()
    _write_page(verb, path, command, context, formatter)
    return formatter.getvalue().rstrip("\n")


def make_command(verb: Verb) -> click.Command:
    """Return a Click command with the verb's flags; Click draws it and completes its words, our own parser reads the command line."""
    params = [_option(f) for f in verb.flags if not f.hidden]
    return click.Command(verb.name, params=params, help=verb.long or verb.short, short_help=verb.short, add_help_option=False)


def _option(flag: Flag) -> click.Parameter:
    names = [f"-{flag.short}"] * bool(flag.short) + [f"--{flag.name}", flag.name.replace("-", "_")]
    if flag.kind == "bool":
        return click.Option(names, is_flag=True, default=flag.default, help=flag.help)
    shown = flag.default if flag.kind in ("string", "int", "int32") and flag.default not in ("", None) else None
    return click.Option(names, metavar=METAVARS[flag.kind], default=shown, show_default=shown is not None, help=flag.help)


def _write_page(
    verb: Verb,
    path: str,
    command: click.Command,
    context: click.Context,
    formatter: click.HelpFormatter,
) -> None:
    formatter.write_text(verb.long or verb.short)
    formatter.write_paragraph()
    if verb.examples.strip("\n"):
        formatter.write("Examples:\n" + verb.examples.strip("\n") + "\n")
        formatter.write_paragraph()
    if verb.subcommands:
        rows = [(name.split("|")[0], load_verb(module).short) for name, module in verb.subcommands]
        with formatter.section("Available Commands"):
            formatter.write_dl(rows)
    rows = [r for p in command.params if (r := p.get_help_record(context))]
    if rows:
        with formatter.section("Options"):
            formatter.write_dl(rows)
    formatter.write(f"\nUsage:\n  {path} {verb.usage or '[flags]'}\n")
    formatter.write('\nUse "mk options" for a list of global command-line options (applies to all commands).\n')


def show_options() -> None:
    """Print the flags that every verb takes."""
    command = click.Command("options", params=[_option(f) for f in GLOBAL_FLAGS if not f.hidden], add_help_option=False)
    context = click.Context(command, max_content_width=110)
    formatter = context.make_formatter()
    formatter.write_text("The following options can be passed to any command:")
    formatter.write_paragraph()
    formatter.write_dl([r for p in command.params if (r := p.get_help_record(context))])
    print(formatter.getvalue().rstrip("\n"))
