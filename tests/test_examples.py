"""The examples of every verb's help page are command lines that its parser takes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from minikube_py.cli_runtime.flags import FlagError
from minikube_py.cli_runtime.verb import find_verb, load_verb, parse_verb
from minikube_py.kubectl.cmd.groups import make_root
from tests.verbs import Listed, list_verbs

ENDS = {"|", "&&", "||", ";", ">", ">>", "<", "<(", "(", ")", "$("}
PLUGINS = {"plugin", "plugin list"}  # whose examples call plugins


class Example(NamedTuple):
    """One call of mk in an example of a verb."""

    verb: str
    words: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(("mk", *self.words))


def list_calls(text: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each call of mk, or of minikube, in shell lines; comments and other programs are left out."""
    lexer = shlex.shlex(text.replace('"$(', "$(").replace(')"', ")"), posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    lexer.whitespace = " \t"  # a line's end ends a call
    words: list[str] | None = None
    for token in [*lexer, "\n"]:
        for index, part in enumerate(token.split("\n")):
            if index:
                if words is not None:
                    yield tuple(words)
                words = None
            if part in ENDS:
                if words is not None:
                    yield tuple(words)
                words = None
            elif words is not None and part:
                words.append(part)
            elif part in ("mk", "minikube"):
                words = [part] if part == "minikube" else []


def list_examples() -> Iterator[Example]:
    for listed in list_verbs():
        for words in list_calls(listed.verb.examples):
            yield Example(listed.path, words)


EXAMPLES = [example for example in list_examples() if example.verb not in PLUGINS]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_examples_are_taken(example: Example) -> None:
    verb, path, rest = find_verb(example.words, make_root(), load_verb)
    assert verb.name != "mk", f"no such verb: {example}"
    if verb.subcommands and verb.run is None:
        assert not rest
        return
    try:
        parse_verb(verb, rest, path)
    except FlagError as error:
        pytest.fail(f"{example}: {error}")


@pytest.mark.parametrize("listed", [v for v in list_verbs() if v.verb.run is not None], ids=lambda v: str(v.path))
def test_the_examples_show_the_verb(listed: Listed) -> None:
    shown = [find_verb(words, make_root(), load_verb)[0] for words in list_calls(listed.verb.examples)]
    assert listed.verb in shown or listed.path in PLUGINS


def test_calls_are_found_in_shell_lines() -> None:
    text = "\n  # a comment\n  cat x | mk apply -f - && mk get 'a b'\n  KUBE_EDITOR=nano mk edit cm/a > file\n  source <(mk completion bash)\n"
    assert list(list_calls(text)) == [
        ("apply", "-f", "-"),
        ("get", "a b"),
        ("edit", "cm/a"),
        ("completion", "bash"),
    ]
