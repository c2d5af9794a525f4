"""Plugins: programs on PATH whose names begin with `kubectl-`. `kubectl-foo-bar` is run by `mk foo bar`.

Which one a command line means: https://kubernetes.io/docs/tasks/extend-kubectl/kubectl-plugins/#naming-a-plugin
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.verb import HELP, Verb, find_argument, find_verb, load_verb
from minikube_py.component_base.os_errors import tell_os_error

PREFIX = "kubectl-"
COMPLETER_PREFIX = "kubectl_complete-"
EXTENDABLE = ("create",)  # verbs to which plugins may add sub-commands
MEANING = "The command {} is a plugin installed by the user"
SWITCH = "KUBECTL_ENABLE_CMD_SHADOW"  # "false" keeps plugins from doing so


class Plugin(NamedTuple):
    """A program and the words that it is given."""

    path: str
    words: list[str]


def find_plugin(verb: Verb, words: Sequence[str]) -> Plugin | None:
    """Return the plugin that a command line means, None for none.

    `verb` is the deepest one that `words` name: a plugin counts only where that is no verb's, or `create` with a sub-command
    that it does not have. Raises CliError for flags before a name that no verb has.
    """
    if verb.name in EXTENDABLE:
        return _find_extension(verb, words)
    if verb.name != "mk" or find_argument(verb, words) is None or words[0] in HELP:
        return None
    if words[0].startswith("-"):
        raise CliError(f"flags cannot be placed before plugin name: {words[0]}", prefix="Error: ")
    return _find_longest(words, 1)


def _find_extension(verb: Verb, words: Sequence[str]) -> Plugin | None:
    place = next((i for i, word in enumerate(words) if word == verb.name), len(words)) + 1
    named = place < len(words) and not words[place].startswith("-")
    if os.environ.get(SWITCH) == "false" or not named or words[0].startswith("-"):
        return None
    return _find_longest(words, place + 1)


def _find_longest(words: Sequence[str], least: int) -> Plugin | None:
    """Return the plugin with the longest name that the words begin with, of at least so many of them."""
    parts: list[str] = []
    for word in words:
        if word.startswith("-"):
            break
        parts.append(word.replace("-", "_"))
    for length in range(len(parts), least - 1, -1):
        path = find_program(PREFIX + "-".join(parts[:length]))
        if path:
            return Plugin(path, list(words[length:]))
    return None


def find_program(name: str) -> str:
    """Return the path of a program, "" where PATH leads to none; one in the working folder is none, as for Go."""
    path = shutil.which(name) or ""
    return path if os.path.isabs(path) else ""


def run_plugin(plugin: Plugin) -> int:
    """Become the plugin, which has this process's environment and streams. Raises CliError where it cannot be run."""
    try:
        os.execv(plugin.path, [plugin.path, *plugin.words])  # noqa: S606 - the plugin takes this process's place
    except OSError as error:
        raise CliError(tell_os_error(error), prefix="Error: ") from error


class Listing(NamedTuple):
    """The plugins on PATH, by folder and then by name, and why folders could not be read."""

    paths: list[str]
    problems: list[str]


def list_plugins(path: str | None = None) -> Listing:
    """Return every file that is named as a plugin is, whether it can be run or not, in the folders of PATH."""
    found = Listing([], [])
    folders = (os.environ.get("PATH", "") if path is None else path).split(os.pathsep)
    for folder in dict.fromkeys(folders):
        if not folder.strip():
            continue
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            why = f"open {folder}: {tell_os_error(error)}"
            found.problems.append(f'Unable to read directory "{folder}" from your PATH: {why}. Skipping...')
            continue
        names = (e.name for e in entries if e.name.startswith(PREFIX) and not e.is_dir(follow_symlinks=False))
        found.paths.extend(os.path.join(folder, name) for name in names)
    return found


def judge_plugin(path: str, seen: dict[str, str], overwritten: str) -> Iterator[str]:
    """Yield what is wrong with a plugin. `seen` keeps those before it by name, `overwritten` is the command that has its words."""
    name = os.path.basename(path)
    try:
        mode = os.stat(path).st_mode
        if os.path.isdir(path) or not mode & 0o111:
            yield f"warning: {path} identified as a kubectl plugin, but it is not executable"
    except OSError as error:
        why = f"stat {path}: {tell_os_error(error)}"
        yield f"error: unable to identify {path} as an executable file: {why}"
    if name in seen:
        yield f"warning: {path} is overshadowed by a similarly named plugin: {seen[name]}"
    else:
        seen[name] = path
    if overwritten:
        yield f'warning: {name} overwrites existing command: "{overwritten}"'


def words_of(path: str) -> list[str]:
    """Return the words that a plugin stands behind: `foo bar-baz` of kubectl-foo-bar_baz."""
    return [part.replace("_", "-") for part in os.path.basename(path).split("-")[1:]]


def find_command(path: str, root: Verb) -> str:
    """Return the built-in command that stands in a plugin's way, "" for none."""
    verb, found, _ = find_verb(os.path.basename(path).split("-")[1:], root, load_verb)
    return "" if verb is root else "kubectl" + found.removeprefix("mk")
