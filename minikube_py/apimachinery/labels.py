"""Label selectors, as texts (`kubectl -l`), as LabelSelector objects and as plain maps.

https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from minikube_py.apimachinery.errors import format_value
from minikube_py.apimachinery.label_parser import parse_requirements
from minikube_py.apimachinery.label_requirement import (
    DOES_NOT_EXIST,
    DOUBLE_EQUALS,
    EQUALS,
    EXISTS,
    GREATER_THAN,
    IN,
    LESS_THAN,
    NOT_IN,
    Requirement,
    new_requirement,
)

_OBJECT_OPERATORS = {"In": IN, "NotIn": NOT_IN, "Exists": EXISTS, "DoesNotExist": DOES_NOT_EXIST}
_OBJECT_OPERATOR_NAMES = {operator: name for name, operator in _OBJECT_OPERATORS.items()}


class Selector:
    """Requirements that labels must all meet. Immutable; `requirements` is sorted by key.

    No requirement means everything; NOTHING meets no labels at all.
    """

    __slots__ = ("_hash", "matches_nothing", "requirements")

    def __init__(self, requirements: Iterable[Requirement] = (), *, matches_nothing: bool = False) -> None:
        self.requirements = tuple(sorted(requirements, key=lambda requirement: requirement.key))
        self.matches_nothing = matches_nothing
        self._hash: int | None = None

    def matches(self, labels: Mapping[str, str] | None) -> bool:
        """Say whether the labels meet every requirement. None is no labels."""
        if self.matches_nothing:
            return False
        held = labels or {}
        return all(requirement.matches(held) for requirement in self.requirements)

    def is_empty(self) -> bool:
        """Say whether this selects everything."""
        return not self.requirements and not self.matches_nothing

    def requires_exact_match(self, key: str) -> str | None:
        """Return the one value that the label must have, or None when more or none would do."""
        for requirement in self.requirements:
            if requirement.key == key:
                exact = requirement.operator in (EQUALS, DOUBLE_EQUALS, IN) and len(requirement.values) == 1
                return requirement.values[0] if exact else None
        return None

    def __str__(self) -> str:
        """Return the canonical text, which `parse_selector` reads again: `a=1,b in (x,y),!c`."""
        return ",".join(map(str, self.requirements))

    def __repr__(self) -> str:
        return "Selector.NOTHING" if self.matches_nothing else f"Selector({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Selector):
            return NotImplemented
        return (self.requirements, self.matches_nothing) == (other.requirements, other.matches_nothing)

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash((self.requirements, self.matches_nothing))
        return self._hash


EVERYTHING = Selector()
NOTHING = Selector(matches_nothing=True)


@lru_cache(maxsize=1024)
def parse_selector(text: str) -> Selector:
    """Return the selector a text such as `a=1,b in (x,y),!c` stands for; "" selects everything.

    Raises ValueError with the words of apimachinery's labels.Parse.
    """
    return Selector(parse_requirements(text))


def parse_to_label_selector(text: str) -> dict[str, Any]:
    """Return the LabelSelector object a text stands for (`kubectl create pdb --selector`). Raises ValueError.

    `>` and `<` have no place in such an object.
    """
    try:
        requirements = parse_requirements(text)
    except ValueError as error:
        raise ValueError(f'couldn\'t parse the selector string "{text}": {error}') from None
    labels: dict[str, str] = {}
    expressions: list[dict[str, Any]] = []
    for requirement in requirements:
        if requirement.operator in (EQUALS, DOUBLE_EQUALS):
            labels[requirement.key] = requirement.values[0]
        elif requirement.operator in (GREATER_THAN, LESS_THAN):
            raise ValueError(f"{format_value(requirement.operator)} isn't supported in label selectors")
        elif requirement.operator in _OBJECT_OPERATOR_NAMES:
            expressions.append(_to_expression(requirement))
        else:
            raise ValueError(f"{format_value(requirement.operator)} is not a valid label selector operator")
    selector = {"matchLabels": labels, "matchExpressions": expressions}
    return {key: value for key, value in selector.items() if value}


def _to_expression(requirement: Requirement) -> dict[str, Any]:
    expression: dict[str, Any] = {"key": requirement.key, "operator": _OBJECT_OPERATOR_NAMES[requirement.operator]}
    if requirement.values:
        expression["values"] = sorted(requirement.values)
    return expression


def selector_from_object(label_selector: Mapping[str, Any] | None) -> Selector:
    """Return the selector of a LabelSelector object: None selects nothing, an empty one everything.

    Raises ValueError with the words of metav1.LabelSelectorAsSelector.
    """
    if label_selector is None:
        return NOTHING
    labels: Mapping[str, str] = label_selector.get("matchLabels") or {}
    requirements = [new_requirement(key, EQUALS, (value,)) for key, value in labels.items()]
    for expression in label_selector.get("matchExpressions") or ():
        name = expression.get("operator", "")
        if name not in _OBJECT_OPERATORS:
            raise ValueError(f"{format_value(name)} is not a valid label selector operator")
        requirements.append(new_requirement(expression.get("key", ""), _OBJECT_OPERATORS[name], expression.get("values") or ()))
    return Selector(requirements)


def selector_from_map(labels: Mapping[str, str] | None) -> Selector:
    """Return the selector for exactly these labels, unchecked; none or None select everything.

    A Service or ReplicationController without selector selects nothing: its owner asks first.
    """
    return Selector(Requirement(key, EQUALS, (value,)) for key, value in (labels or {}).items())


def format_label_selector(label_selector: Mapping[str, Any] | None) -> str:
    """Return a LabelSelector object as kubectl shows it: `a=1,b in (x,y)`, `<none>`, or `<error>` for a bad one."""
    try:
        return str(selector_from_object(label_selector)) or "<none>"
    except ValueError:
        return "<error>"


def format_labels(labels: Mapping[str, str] | None) -> str:
    """Return labels as kubectl shows them: `a=1,b=2` by key, or `<none>`."""
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or "<none>"


def conflicts(labels: Mapping[str, str], others: Mapping[str, str]) -> bool:
    """Say whether some key has different values in the two."""
    return any(key in others and others[key] != value for key, value in labels.items())
