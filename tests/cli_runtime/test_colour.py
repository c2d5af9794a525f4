"""Colour: what is coloured, and that nothing else ever changes."""

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.cli_runtime.colour import GREEN, RED, YELLOW, TablePainter, judge, paint_json, paint_stream, paint_yaml

ANSI = re.compile(r"\x1b\[\d+m")


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Running", GREEN),
        ("Ready", GREEN),
        ("Ready,SchedulingDisabled", YELLOW),
        ("NotReady", YELLOW),
        ("1/1", GREEN),
        ("0/1", YELLOW),
        ("CrashLoopBackOff", RED),
        ("Init:ImagePullBackOff", RED),
        ("ErrImagePull", RED),
        ("OOMKilled", RED),
        ("Init:0/1", YELLOW),
        ("web", ""),
    ],
)
def test_states(word: str, code: str) -> None:
    """Trouble is red, what is on its way yellow, what is well green."""
    assert judge(word) == code


def test_only_columns_of_states() -> None:
    """A pod called Running is not coloured for its name."""
    painter = TablePainter()
    painter("NAME      STATUS    AGE\n")
    assert painter("Running   Pending   1s\n") == f"Running   {YELLOW}Pending\x1b[0m   1s\n"


def test_keys_and_scalars() -> None:
    """Keys of YAML and JSON, numbers and their own words are coloured; text is not."""
    assert ANSI.sub("", paint_yaml("  replicas: 3\n")) == "  replicas: 3\n"
    assert paint_yaml("  replicas: 3\n").endswith(f"{YELLOW}3\x1b[0m\n")
    assert paint_yaml("  image: a:3\n").endswith(": a:3\n")
    assert paint_json('  "ready": true,\n').endswith(f"{YELLOW}true\x1b[0m,\n")


LINES = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\x1b"), max_size=200)


@given(LINES, st.sampled_from(["table", "description", ""]), st.sampled_from(["", "wide", "yaml", "json", "neat", "name"]))
def test_nothing_but_colour_is_added(text: str, shows: str, output: str) -> None:
    """Without its colours, the output is what it would have been."""
    plain = io.StringIO()
    stream = paint_stream(plain, shows, output)
    stream.write(text)
    stream.flush()
    assert ANSI.sub("", plain.getvalue()) == text
