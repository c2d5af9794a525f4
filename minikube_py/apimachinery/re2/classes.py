"""Sets of characters: ranges, Perl's and POSIX' classes, Unicode's categories and scripts."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

Range = tuple[str, str]
DIGIT: tuple[Range, ...] = (("0", "9"),)
SPACE: tuple[Range, ...] = (("\t", "\n"), ("\f", "\r"), (" ", " "))
WORD: tuple[Range, ...] = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
PERL = {"d": DIGIT, "s": SPACE, "w": WORD}
_LETTERS: tuple[Range, ...] = (("A", "Z"), ("a", "z"))
POSIX: dict[str, tuple[Range, ...]] = {
    "alnum": (*DIGIT, *_LETTERS),
    "alpha": _LETTERS,
    "ascii": (("\0", "\x7f"),),
    "blank": (("\t", "\t"), (" ", " ")),
    "cntrl": (("\0", "\x1f"), ("\x7f", "\x7f")),
    "digit": DIGIT,
    "graph": (("!", "~"),),
    "lower": (("a", "z"),),
    "print": ((" ", "~"),),
    "punct": (("!", "/"), (":", "@"), ("[", "`"), ("{", "~")),
    "space": (("\t", "\r"), (" ", " ")),
    "upper": (("A", "Z"),),
    "word": WORD,
    "xdigit": (("0", "9"), ("A", "F"), ("a", "f")),
}
_CATEGORIES = frozenset(
    (
        *(
            "L",
            "Lu",
            "Ll",
            "Lt",
            "Lm",
            "Lo",
            "M",
            "Mn",
            "Mc",
            "Me",
            "N",
            "Nd",
            "Nl",
            "No",
            "P",
            "Pc",
            "Pd",
            "Ps",
            "Pe",
            "Pi",
            "Pf",
        ),
        *("Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Co", "Cs"),
    )
)
_SCRIPTS = frozenset(
    (
        *("Arabic", "Armenian", "Bengali", "Bopomofo", "Cherokee", "Cyrillic", "Devanagari", "Ethiopic", "Georgian", "Greek"),
        *(
            "Gujarati",
            "Gurmukhi",
            "Han",
            "Hangul",
            "Hebrew",
            "Hiragana",
            "Kannada",
            "Katakana",
            "Khmer",
            "Lao",
            "Latin",
            "Malayalam",
        ),
        *("Mongolian", "Myanmar", "Oriya", "Sinhala", "Syriac", "Tamil", "Telugu", "Thaana", "Thai", "Tibetan"),
    )
)


class Chars(NamedTuple):
    """A set of characters. `fold` says that case does not matter; `families` are Unicode's, with whether they are meant inverted."""

    ranges: tuple[Range, ...] = ()
    families: tuple[tuple[str, bool], ...] = ()
    excluded: tuple[tuple[Range, ...], ...] = ()  # what is in none of one of these is in the set too: `[\D]`
    negated: bool = False
    fold: bool = False

    def has(self, char: str) -> bool:
        """Return whether a character is in the set."""
        every = {char, char.lower(), char.upper()} if self.fold else {char}
        return any(self._holds(one) for one in every if len(one) == 1) is not self.negated

    def _holds(self, char: str) -> bool:
        return (
            any(low <= char <= high for low, high in self.ranges)
            or any(is_of_family(char, name) is not inverted for name, inverted in self.families)
            or any(not any(low <= char <= high for low, high in ranges) for ranges in self.excluded)
        )


def is_family(name: str) -> bool:
    """Return whether there is a category or script of that name."""
    return name == "Any" or name in _CATEGORIES or name in _SCRIPTS


def is_of_family(char: str, name: str) -> bool:
    """Return whether a character is of a category or (by its name in Unicode) of a script."""
    if name in _SCRIPTS:
        title = unicodedata.name(char, "")
        return title.startswith("CJK UNIFIED" if name == "Han" else f"{name.upper()} ")
    return name == "Any" or unicodedata.category(char).startswith(name)
