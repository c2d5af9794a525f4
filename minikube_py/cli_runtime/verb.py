"""The shape of a verb: one record that a verb's file makes, and the running of it. The file reads from top to bottom:

EXAMPLES, FLAGS, Options, complete(flags, factory) -> Options, validate(options), run(options, factory), VERB
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.cli_runtime.flags import GLOBAL_FLAGS, Flag, FlagError, Parsed, parse_flags

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory


FALSE = ("0", "f", "F", "false", "FALSE", "False")


class Verb(NamedTuple):
    """A command. `subcommands` (name -> module) makes it a group, which runs by itself only with a `run` of its own.

    `run(parsed, factory)` does complete, validate and run of the file and returns the exit code, None for 0.
    """

    name: str
    short: str
    run: Callable[[Parsed, Factory], int | None] | None = None
    flags: tuple[Flag, ...] = ()
    usage: str = ""
    long: str = ""
    examples: str = ""
    aliases: tuple[str, ...] = ()
    subcommands: tuple[tuple[str, str], ...] = ()
    complete_words: Callable[[Factory, Sequence[str], str], list[str]] | None = None
    disable_flags: bool = False  # hand all words over as they are
    bare_help: str = (
        "stderr"  # where a group without `run` shows its help, called without a sub-command; "asked": as if asked for
    )
    failure: int = 1  # exit code of an error; of diff it is 2, for 1 means that something differs
    shows: str = ""  # what goes to stdout without -o, so that terminals can colour it: "table" or "description"


class UsageError(Exception):
    """A command that was called wrongly: `message` goes to stderr with a hint at --help, exit code 1."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message, self.hint = message, hint


def load_verb(module: str) -> Verb:
    """Return the VERB of a verb's file."""
    verb: Verb = import_module(module).VERB
    return verb


def find_verb(words: Sequence[str], verb: Verb, load: Callable[[str], Verb]) -> tuple[Verb, str, list[str]]:
    """Go down sub-commands; return the verb, its full name (`create deployment`) and the words that are left."""
    path, rest = verb.name, list(words)
    while verb.subcommands:
        index = find_argument(verb, rest)
        if index is None:
            break
        module = _match(verb, rest[index])
        if module is None:
            break
        verb = load(module)
        path = f"{path} {verb.name}"
        del rest[index]
    return verb, path, rest


def _match(verb: Verb, word: str) -> str | None:
    for name, module in verb.subcommands:
        if word in name.split("|"):
            return module
    return None


def find_argument(verb: Verb, words: Sequence[str]) -> int | None:
    """Return where the first word stands that is no flag and no flag's value, None for nowhere."""
    bare = {f"--{f.name}" for f in (*verb.flags, *GLOBAL_FLAGS) if f.bare is not None} | {"--help", "-h"}
    bare |= {f"-{f.short}" for f in (*verb.flags, *GLOBAL_FLAGS) if f.short and f.bare is not None}
    skip = False
    for index, word in enumerate(words):
        if skip:
            skip = False
        elif word == "--":
            return None
        elif word.startswith("-") and len(word) > 1:  # a flag that nobody knows here takes a value, cobra believes
            skip = word not in bare and "=" not in word and (word.startswith("--") or len(word) == 2)
        else:
            return index
    return None


HELP = ("--help", "-h")


def wants_help(words: Sequence[str]) -> bool:
    """Return whether --help or -h stands before any `--`."""
    for word in words:
        if word == "--":
            return False
        if word in HELP:
            return True
        if word.startswith("--help="):
            return word.partition("=")[2] not in FALSE
    return False


def parse_verb(verb: Verb, words: Sequence[str], path: str = "") -> Parsed:
    """Parse the words after the verb's name; `path` is its full name (`mk set image`). Raises FlagError with pflag's text."""
    if verb.disable_flags:
        parsed = Parsed(GLOBAL_FLAGS)
        parsed.args = list(words)
        return parsed
    words = [word for word in words if not word.startswith("--help=")]
    own = {f.name for f in verb.flags}
    shorts = {f.short for f in verb.flags if f.short}
    inherited = [f._replace(short="") if f.short in shorts else f for f in GLOBAL_FLAGS if f.name not in own]
    parsed = parse_flags([*verb.flags, *inherited], words)
    parsed.own = frozenset(own)
    parsed.path = path.partition(" ")[2]
    return parsed


__all__ = [
    "HELP",
    "Flag",
    "FlagError",
    "Parsed",
    "UsageError",
    "Verb",
    "find_argument",
    "find_verb",
    "load_verb",
    "parse_verb",
    "wants_help",
]
