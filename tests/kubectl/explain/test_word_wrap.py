from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.kubectl.explain.word_wrap import indent, wrap

CASES = {
    "fits": ("aa bb", 5, "aa bb"),
    "breaks at the space": ("aa bb cc", 5, "aa bb\ncc"),
    "keeps line ends": ("aa\n\nbb\n", 5, "aa\n\nbb\n"),
    "keeps inner and leading spaces": ("  a   b", 9, "  a   b"),
    "drops spaces where it breaks": ("aaaa    bbbb", 6, "aaaa\nbbbb"),
    "a long word stands out": ("aa bbbbbbbbbb cc", 5, "aa\nbbbbbbbbbb\ncc"),
    "a no-break space does not break": ("aa b\xa0b", 5, "aa\nb\xa0b"),
}


@pytest.mark.parametrize("text, width, wrapped", CASES.values(), ids=CASES.keys())
def test_wrap(text: str, width: int, wrapped: str) -> None:
    assert wrap(text, width) == wrapped


def test_indent_covers_empty_lines() -> None:
    assert indent("a\n\nb\n", 2) == "  a\n  \n  b\n  "


WORDS = st.lists(st.text("abc", min_size=1, max_size=12), min_size=1, max_size=12)


@given(WORDS, st.integers(3, 20))
def test_no_word_is_lost_and_only_long_words_stand_out(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width).split("\n")
    assert " ".join(lines).split() == words
    assert all(len(line) <= width or (len(line.split()) == 1 and len(line.strip()) > width) for line in lines)


@given(WORDS, st.integers(13, 30))
def test_a_line_is_broken_only_where_the_next_word_has_no_room(words: list[str], width: int) -> None:
    lines = wrap(" ".join(words), width).split("\n")
    assert all(len(line) + 1 + len(after.split()[0]) > width for line, after in pairwise(lines))
