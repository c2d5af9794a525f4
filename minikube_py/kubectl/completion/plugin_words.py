"""Completing plugins: their names, and what their own completers say of their arguments.

A plugin kubectl-get_all is completed by a program kubectl_complete-get_all, if there is one: it is given the arguments with the word
that is being typed last, and prints a word a line and, if it likes, `:N` at the end for the shell.
"""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from minikube_py.kubectl.plugins import COMPLETER_PREFIX, MEANING, find_program, list_plugins, words_of

FILES_TOO = 0


class Offer(NamedTuple):
    """Words with what they mean, and what the shell is to do besides."""

    words: list[tuple[str, str]]
    directive: int = FILES_TOO


def offer_names(word: str) -> list[tuple[str, str]]:
    """Return the first words of plugins that begin with `word`."""
    names = sorted({words_of(path)[0] for path in list_plugins().paths})
    return [(name, MEANING.format(name)) for name in names if name and name.startswith(word)]


def complete_plugin(before: Sequence[str], word: str) -> Offer | None:
    """Return what may follow a plugin's words: further words of plugins, and what its completer says. None where it is no plugin."""
    if not before or before[0].startswith("-"):
        return None
    known = [words_of(path) for path in list_plugins().paths]
    depth = 0
    while depth < len(before) and any(words[: depth + 1] == list(before[: depth + 1]) for words in known):
        depth += 1
    if not depth:
        return None
    own, arguments = list(before[:depth]), list(before[depth:])
    following = sorted({words[depth] for words in known if words[:depth] == own and len(words) > depth})
    offered = [(name, MEANING.format(name)) for name in following if not arguments and name.startswith(word)]
    asked = _ask_completer(own, [*arguments, word])
    return Offer([*offered, *asked.words], asked.directive)


def _ask_completer(own: Sequence[str], arguments: Sequence[str]) -> Offer:
    path = find_program(COMPLETER_PREFIX + "-".join(word.replace("-", "_") for word in own))
    if not path:
        return Offer([])
    try:
        done = subprocess.run([path, *arguments], stdout=subprocess.PIPE, check=False)
    except OSError:
        return Offer([])
    if done.returncode:
        return Offer([])
    lines = [line for line in done.stdout.decode("utf-8", "surrogateescape").split("\n") if line]
    directive = FILES_TOO
    if lines and lines[-1][:1] == ":" and lines[-1][1:].isdecimal():
        directive = int(lines.pop()[1:])
    pairs = (line.partition("\t") for line in lines)
    return Offer([(name, meaning) for name, _, meaning in pairs], directive)
