"""Help is in our own words: no summary, description or flag is told as kubectl tells it."""

from __future__ import annotations

import re
import subprocess
from functools import cache

import pytest

from tests.oracle.conftest import find_kubectl
from tests.verbs import Listed, list_verbs

FEW_WORDS = 3  # "Skip headers." can hardly be said otherwise
OURS = {"start", "stop", "status", "advance", "cluster", "node", "shims", "minikube", "tree", "ns", "ctx"}
VERBS = [listed for listed in list_verbs() if listed.path.split()[0] not in OURS]


def simplify(text: str) -> str:
    """Return a text without what line breaks, capitals and a full stop do to it."""
    return re.sub(r"\s+", " ", text).strip().lower().rstrip(".")


@cache
def read_help(path: str) -> str:
    """Return what the real kubectl says of a command."""
    program = find_kubectl()
    if program is None:
        pytest.skip("no kubectl 1.33 on PATH")
    done = subprocess.run([program, *path.split(), "--help"], capture_output=True, text=True, check=False, timeout=60)
    return simplify(done.stdout)


@pytest.mark.parametrize("listed", VERBS, ids=lambda listed: listed.path)
def test_own_words(listed: Listed) -> None:
    parent = " ".join(listed.path.split()[:-1])
    theirs = read_help(parent) + read_help(listed.path)
    texts = [listed.verb.short, listed.verb.long, *(flag.help for flag in listed.verb.flags)]
    assert [text for text in texts if len(text.split()) > FEW_WORDS and simplify(text) in theirs] == []
