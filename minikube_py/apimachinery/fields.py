"""Field selectors: `kubectl --field-selector spec.nodeName=a,status.phase!=Running`.

https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/ Which fields a kind offers is not said here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

EQUALS = "="
NOT_EQUALS = "!="

_ESCAPED = "\\,="


class FieldRequirement(NamedTuple):
    """One term. `operator` is "=" or "!="."""

    field: str
    operator: str
    value: str

    def __str__(self) -> str:
        return f"{self.field}{self.operator}{escape_value(self.value)}"


class FieldSelector(NamedTuple):
    """Terms that must all hold; none means everything."""

    requirements: tuple[FieldRequirement, ...] = ()

    def matches(self, fields: Mapping[str, str]) -> bool:
        """Say whether all terms hold for these values by path. A field that is not there counts as empty."""
        return all((fields.get(r.field, "") == r.value) is (r.operator == EQUALS) for r in self.requirements)

    def matches_object(self, obj: Mapping[str, Any]) -> bool:
        """Say whether all terms hold for the fields of an object, looked up by path."""
        return all((lookup(obj, r.field) == r.value) is (r.operator == EQUALS) for r in self.requirements)

    def is_empty(self) -> bool:
        """Say whether this selects everything."""
        return not self.requirements

    def requires_exact_match(self, field: str) -> str | None:
        """Return the one value that the field must have, or None."""
        for requirement in self.requirements:
            if requirement.field == field and requirement.operator == EQUALS:
                return requirement.value
        return None

    def __str__(self) -> str:
        """Return the canonical text, sorted by term."""
        return ",".join(map(str, self.requirements))


EVERYTHING = FieldSelector()


def parse_field_selector(text: str) -> FieldSelector:
    """Return the selector a text stands for; "" selects everything.

    In a value, backslash, comma and equals sign are written with a backslash before them. Raises ValueError with the words
    of apimachinery's fields.ParseSelector.
    """
    requirements = []
    for term in sorted(_split_terms(text)):
        if not term:
            continue
        field, operator, value = _split_term(term, text)
        requirement = FieldRequirement(field, operator, unescape_value(value))
        if requirement.field or requirement.value:
            requirements.append(requirement)
    return FieldSelector(tuple(requirements))


def escape_value(value: str) -> str:
    """Return a value as it must be written in a field selector."""
    return value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=")


def unescape_value(text: str) -> str:
    """Return the value a text in a field selector stands for. Raises ValueError."""
    characters = iter(text)
    value = []
    for character in characters:
        if character == "\\":
            character = next(characters, "")
            if not character or character not in _ESCAPED:
                raise ValueError(f"invalid field selector: invalid escape sequence: \\{character}")
        elif character in _ESCAPED:
            raise ValueError(f"invalid field selector: unescaped character in value: {ord(character)}")
        value.append(character)
    return "".join(value)


def lookup(obj: Mapping[str, Any], path: str) -> str:
    """Return the text of the field at a dotted path such as `spec.nodeName`: "" where there is none, `true` and `false`."""
    value: Any = obj
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return ""
        value = value.get(name)
    if value is None or isinstance(value, Mapping | list):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _split_terms(text: str) -> list[str]:
    terms = []
    start = 0
    escaped = False
    for index, character in enumerate(text):
        if escaped:
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == ",":
            terms.append(text[start:index])
            start = index + 1
    terms.append(text[start:])
    return terms


def _split_term(term: str, text: str) -> tuple[str, str, str]:
    for index, character in enumerate(term):
        two = term[index : index + 2]
        if two == "!=":
            return term[:index], NOT_EQUALS, term[index + 2 :]
        if character == "=":
            return term[:index], EQUALS, term[index + (2 if two == "==" else 1) :]
    raise ValueError(f"invalid selector: '{text}'; can't understand '{term}'")
