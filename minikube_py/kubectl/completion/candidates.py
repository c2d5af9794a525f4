"""The words that may stand at the end of a command line, found in the declarations of the verbs and in the cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from minikube_py.cli_runtime.flags import GLOBAL_FLAGS, Flag, FlagError, Parsed
from minikube_py.cli_runtime.verb import HELP, Verb, find_argument, find_verb, parse_verb
from minikube_py.kubectl.completion.arguments import ARGUMENTS, FLAG_VALUES, Source
from minikube_py.kubectl.completion.plugin_words import complete_plugin, offer_names
from minikube_py.kubectl.errors import USER_ERRORS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

UNSPOKEN = ("__complete", "alpha")  # verbs that are not offered
FILES_TOO, NO_SPACE, NO_FILES = 0, 2, 4
"""What the shell is to do besides: complete names of files, or not. The numbers are those of kubectl's own scripts."""


class Candidate(NamedTuple):
    """A word and what it means."""

    word: str
    meaning: str = ""


class Answer(NamedTuple):
    """The words that fit, and what the shell is to do besides."""

    candidates: list[Candidate]
    directive: int = NO_FILES


class Completer:
    """Completes command lines below `root`. `load` gives the verb of a module."""

    def __init__(self, root: Verb, load: Callable[[str], Verb], factory: Factory) -> None:
        self._root, self._load, self._factory = root, load, factory

    def complete(self, words: Sequence[str]) -> Answer:
        """Return what may stand in the place of the last word. A cluster that does not answer has no names."""
        *before, word = words or [""]
        if "--" in before:
            return Answer([], FILES_TOO)
        verb, path, rest = find_verb(before, self._root, self._load)
        flags = _list_flags(verb)
        if before and (pending := _find_pending(before[-1], flags)):
            return self._complete_value(pending, verb, path, rest[:-1], word)
        if word.startswith("--") and "=" in word:
            name = word[2:].partition("=")[0]
            return self._complete_assigned(next((f for f in flags if f.name == name), None), verb, path, rest, word)
        if verb is self._root and (offer := complete_plugin(before, word)) is not None:
            return Answer([Candidate(*pair) for pair in offer.words], offer.directive)
        if word.startswith("-"):
            return Answer([c for c in _offer_flags(flags, before) if c.word.startswith(word)])
        if verb.name == "help":
            verb, path, rest = find_verb(rest, self._root, self._load)
        if verb.subcommands and find_argument(verb, rest) is not None:
            return Answer([], FILES_TOO)
        if verb.subcommands:
            plugins = offer_names(word) if verb is self._root and not before else ()
            return Answer(sorted({*self._offer_verbs(verb, word), *(Candidate(*pair) for pair in plugins)}))
        source = verb.complete_words or ARGUMENTS.get(path.removeprefix("mk "))
        return Answer(self._ask(source, verb, path, rest, word), _direct(path, source))

    def _offer_verbs(self, verb: Verb, word: str) -> Iterator[Candidate]:
        for joined, module in sorted(verb.subcommands):
            name = joined.partition("|")[0]
            if name.startswith(word) and name not in UNSPOKEN:
                yield Candidate(name, self._load(module).short)

    def _complete_value(self, flag: Flag, verb: Verb, path: str, rest: Sequence[str], word: str) -> Answer:
        source = FLAG_VALUES.get(flag.name)
        return Answer(self._ask(source, verb, path, rest, word)) if source else Answer([], FILES_TOO)

    def _complete_assigned(self, flag: Flag | None, verb: Verb, path: str, rest: Sequence[str], word: str) -> Answer:
        if flag is None:
            return Answer([])
        answer = self._complete_value(flag, verb, path, rest, word.partition("=")[2])
        return answer._replace(candidates=[c._replace(word=f"--{flag.name}={c.word}") for c in answer.candidates])

    def _ask(self, source: Source | None, verb: Verb, path: str, rest: Sequence[str], word: str) -> list[Candidate]:
        if source is None:
            return []
        try:
            parsed = parse_verb(verb, list(rest), path)
        except FlagError:
            parsed = Parsed(GLOBAL_FLAGS)
            parsed.args = [argument for argument in rest if not argument.startswith("-")]
        try:
            found = source(self._factory.with_flags(parsed), parsed.args, word)
        except USER_ERRORS:
            return []
        return [Candidate(name) for name in found if name.startswith(word)]


def _direct(path: str, source: Source | None) -> int:
    """Return what the shell is to do besides for a verb's arguments."""
    if path == "mk cp":
        return FILES_TOO | NO_SPACE
    return NO_FILES if source else FILES_TOO


def _list_flags(verb: Verb) -> list[Flag]:
    own = {flag.name for flag in verb.flags}
    return [flag for flag in (*verb.flags, *(f for f in GLOBAL_FLAGS if f.name not in own)) if not flag.hidden]


def _find_pending(word: str, flags: Sequence[Flag]) -> Flag | None:
    """Return the flag whose value is still to come."""
    if not word.startswith("-") or "=" in word:
        return None
    for flag in flags:
        if flag.bare is None and (word == f"--{flag.name}" or (flag.short and word == f"-{flag.short}")):
            return flag
    return None


def _offer_flags(flags: Sequence[Flag], before: Sequence[str]) -> Iterator[Candidate]:
    given = {word.partition("=")[0] for word in before}
    yield from (Candidate(word, "Explain the command") for word in HELP if word not in given)
    for flag in sorted(flags):
        if f"--{flag.name}" not in given or flag.kind in ("slice", "array", "map"):
            yield Candidate(f"--{flag.name}", flag.help)
            if flag.short:
                yield Candidate(f"-{flag.short}", flag.help)
