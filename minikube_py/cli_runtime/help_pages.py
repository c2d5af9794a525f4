"""Help pages, drawn by Click from the same declarations that the parser reads."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

import click

from minikube_py.cli_runtime.flags import GLOBAL_FLAGS, Flag
from minikube_py.cli_runtime.verb import Verb

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


def show(verb: Verb, path: str, load: Callable[[str], Verb], out: TextIO | None = None) -> None:
    """Print the help page of a verb, or of the whole program."""
    print(render(verb, path, load), file=out)


def render(verb: Verb, path: str, load: Callable[[str], Verb]) -> str:
    """Return the help page of a verb, or of the whole program."""
    command = make_command(verb)
    context = click.Context(command, info_name=path, max_content_width=110)
    formatter = context.make_formatter()
    if verb.name == "mk":
        _write_map(formatter, load)
    else:
        _write_page(verb, path, command, context, formatter, load)
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
    load: Callable[[str], Verb],
) -> None:
    formatter.write_text(verb.long or verb.short)
    formatter.write_paragraph()
    if verb.examples.strip("\n"):
        formatter.write("Examples:\n" + verb.examples.strip("\n") + "\n")
        formatter.write_paragraph()
    if verb.subcommands:
        rows = [(name.split("|")[0], load(module).short) for name, module in verb.subcommands]
        with formatter.section("Available Commands"):
            formatter.write_dl(rows)
    rows = [r for p in command.params if (r := p.get_help_record(context))]
    if rows:
        with formatter.section("Options"):
            formatter.write_dl(rows)
    formatter.write(f"\nUsage:\n  {path} {verb.usage or '[flags]'}\n")
    formatter.write('\nUse "mk options" for a list of global command-line options (applies to all commands).\n')


def _write_map(formatter: click.HelpFormatter, load: Callable[[str], Verb]) -> None:
    from importlib import import_module

    groups = import_module("minikube_py.kubectl.cmd.groups")  # by name: cli_runtime lies below the verbs
    formatter.write_text("mk is a Kubernetes cluster in one file, and kubectl for it.")
    for heading, names in groups.CLUSTER_GROUPS:
        with formatter.section(heading):
            formatter.write_dl([(name, load(groups.cluster_module_of(name)).short) for name in names])
    for heading, names in groups.GROUPS:
        with formatter.section(heading):
            formatter.write_dl([(name, load(groups.module_of(name)).short) for name in names])
    _write_plugins(formatter)
    formatter.write('\nUsage:\n  mk [flags] [options]\n\nUse "mk COMMAND --help" for more about a command.\n')


def _write_plugins(formatter: click.HelpFormatter) -> None:
    from importlib import import_module

    plugins = import_module("minikube_py.kubectl.plugins")
    names = [plugins.words_of(path)[0] for path in plugins.list_plugins().paths]
    if names:
        with formatter.section("Subcommands provided by plugins"):
            formatter.write_dl([(name, plugins.MEANING.format(name)) for name in names])


def show_options() -> None:
    """Print the flags that every verb takes."""
    command = click.Command("options", params=[_option(f) for f in GLOBAL_FLAGS if not f.hidden], add_help_option=False)
    context = click.Context(command, max_content_width=110)
    formatter = context.make_formatter()
    formatter.write_text("The following options can be passed to any command:")
    formatter.write_paragraph()
    formatter.write_dl([r for p in command.params if (r := p.get_help_record(context))])
    print(formatter.getvalue().rstrip("\n"))


def report_unknown(verb: Verb, path: str, word: str) -> int:
    """Say that there is no such command, and which one may have been meant. Return the exit code."""
    if path != "mk":
        program = path if path.split()[1] in _list_own_verbs() else "kubectl" + path.removeprefix("mk")
        print(f"error: unknown command \"{word}\"\nSee '{program} -h' for help and examples", file=sys.stderr)
        return 1
    lines = [f'error: unknown command "{word}" for "kubectl"']
    names = [joined.partition("|")[0] for joined, _ in verb.subcommands]
    close = [name for name in names if is_close(word, name)]
    if close := [name for name in close if name not in _list_own_verbs()] or close:  # kubectl's before ours
        lines += ["", "Did you mean this?", *(f"\t{name}" for name in close)]
    print("\n".join(lines), file=sys.stderr)
    return 1


def _list_own_verbs() -> set[str]:
    from importlib import import_module

    groups = import_module("minikube_py.kubectl.cmd.groups")
    return {*groups.list_own_verbs(), *groups.HIDDEN}


def is_close(word: str, name: str) -> bool:
    """Return whether a command may have been meant: it begins with the word, or two changes of letters make the one the other."""
    word, name = word.lower(), name.lower()
    return not name.startswith("_") and (name.startswith(word) or _distance(word, name) <= 2)


def _distance(one: str, other: str) -> int:
    """Return the Levenshtein distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
