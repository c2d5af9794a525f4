"""What the program says of itself: the map of its commands, the page of one, and what may have been meant by a word that is none."""

from __future__ import annotations

import sys

import click

from minikube_py.cli_runtime import help_pages
from minikube_py.cli_runtime.verb import Verb, load_verb
from minikube_py.kubectl import plugins
from minikube_py.kubectl.cmd import groups


def render(verb: Verb, path: str) -> str:
    """Return the help page of a verb, or the map of the whole program."""
    return _render_map() if verb.name == "mk" else help_pages.render(verb, path)


def _render_map() -> str:
    formatter = click.Context(click.Command("mk"), max_content_width=110).make_formatter()
    formatter.write_text("mk is a Kubernetes cluster in one file, and kubectl for it.")
    for heading, names in groups.CLUSTER_GROUPS:
        with formatter.section(heading):
            formatter.write_dl([(name, load_verb(groups.cluster_module_of(name)).short) for name in names])
    for heading, names in groups.GROUPS:
        with formatter.section(heading):
            formatter.write_dl([(name, load_verb(groups.module_of(name)).short) for name in names])
    _write_plugins(formatter)
    formatter.write('\nUsage:\n  mk [flags] [options]\n\nUse "mk COMMAND --help" for more about a command.\n')
    return formatter.getvalue().rstrip("\n")


def _write_plugins(formatter: click.HelpFormatter) -> None:
    names = [plugins.words_of(path)[0] for path in plugins.list_plugins().paths]
    if names:
        with formatter.section("Subcommands provided by plugins"):
            formatter.write_dl([(name, plugins.MEANING.format(name)) for name in names])


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
