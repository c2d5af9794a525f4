"""The pages about the code are true: what they quote and what they name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
QUOTED = re.compile(r"From `([\w/]+\.py)`[^`]*:\n```python\n(.*?)```", re.S)
NAMED = re.compile(r"`((?:[a-z_0-9]+/)+(?:[a-z_0-9]+\.py)?)`")  # `client/rest.py`, `cri/`
LINKED = re.compile(r"\]\((?!https?:)([^)#]+)\)")
PLACES = (ROOT, ROOT / "minikube_py")


def read_quotes() -> list[tuple[str, str]]:
    """Return the files that shapes.md quotes, with what it quotes."""
    return QUOTED.findall((DOCS / "shapes.md").read_text())


def squeeze(text: str) -> str:
    """Return text without differences of white space."""
    return " ".join(text.split())


def test_every_piece_of_code_says_where_it_is_from() -> None:
    assert (DOCS / "shapes.md").read_text().count("```python") == len(read_quotes())


@pytest.mark.parametrize(("file", "quote"), read_quotes(), ids=lambda text: text if text.endswith(".py") else "")
def test_quotes_stand_in_their_files(file: str, quote: str) -> None:
    """`...` stands for what is left out."""
    rest = squeeze((ROOT / "minikube_py" / file).read_text())
    for piece in filter(None, map(squeeze, re.split(r"\.\.\.|\n\n", quote))):
        _, found, rest = rest.partition(piece)
        assert found, piece


@pytest.mark.parametrize("page", ["README.md", "adr/README.md"])
def test_files_that_are_named_are_there(page: str) -> None:
    names = NAMED.findall((DOCS / page).read_text())
    assert names
    assert [name for name in names if not any((place / name).exists() for place in PLACES)] == []


@pytest.mark.parametrize(
    "page", sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "README.md", *DOCS.rglob("*.md")))
)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    assert [link for link in LINKED.findall(path.read_text()) if not (path.parent / link).exists()] == []


def test_every_decision_is_listed() -> None:
    listed = (DOCS / "adr/README.md").read_text()
    assert [path.name for path in sorted((DOCS / "adr").glob("0*.md")) if path.name not in listed] == []
