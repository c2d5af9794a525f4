"""What docs/testing.md shows is run: its examples are the files that it names, to the letter."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.nested_pytest import ROOT, run_nested

PAGE = ROOT / "docs/testing.md"
EXAMPLES = Path(__file__).parent / "examples"
QUOTED = re.compile(r"From `tests/testing/examples/(\w+\.py)`[^`]*:\n\n```python\n(.*?)```", re.S)
LIBRARIES = ("kubernetes", "kr8s", "lightkube", "kopf")


def test_every_example_is_on_the_page_as_it_is_run() -> None:
    shown = dict(QUOTED.findall(PAGE.read_text()))
    files = {path.name: path.read_text() for path in EXAMPLES.glob("*.py") if path.name != "__init__.py"}
    assert shown == files


def test_there_is_no_other_code_on_the_page() -> None:
    text = PAGE.read_text()
    assert text.count("```python") == len(QUOTED.findall(text))


def test_the_examples_pass() -> None:
    for library in LIBRARIES:
        pytest.importorskip(library)
    done = run_nested(EXAMPLES)
    assert done.returncode == 0, done.stdout + done.stderr
