"""One requirement of a label selector: a key, an operator and values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from minikube_py.apimachinery.errors import FieldError, invalid
from minikube_py.apimachinery.gosyntax import format_go_strings, invalid_go
from minikube_py.apimachinery.names import is_qualified_name, is_valid_label_value

IN = "in"
NOT_IN = "notin"
EQUALS = "="
DOUBLE_EQUALS = "=="
NOT_EQUALS = "!="
GREATER_THAN = "gt"
LESS_THAN = "lt"
EXISTS = "exists"
DOES_NOT_EXIST = "!"

BINARY_OPERATORS = (IN, NOT_IN, EQUALS, DOUBLE_EQUALS, NOT_EQUALS, GREATER_THAN, LESS_THAN)

_SYMBOLS = {GREATER_THAN: ">", LESS_THAN: "<"}


class Requirement(NamedTuple):
    """What one label must be. `operator` is one of this module's constants. Make it with `new_requirement`."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Say whether the labels meet this. What is not there is never in a set, and never equal."""
        operator = self.operator
        value = labels.get(self.key)
        if operator in (EQUALS, IN, DOUBLE_EQUALS):
            return value is not None and value in self.values
        if operator in (NOT_EQUALS, NOT_IN):
            return value is None or value not in self.values
        if operator == EXISTS:
            return value is not None
        if operator == DOES_NOT_EXIST:
            return value is None
        return self._compares(value)

    def _compares(self, value: str | None) -> bool:
        actual = parse_int64(value) if value is not None else None
        bound = parse_int64(self.values[0]) if len(self.values) == 1 else None
        if actual is None or bound is None:
            return False
        return actual > bound if self.operator == GREATER_THAN else actual < bound

    def __str__(self) -> str:
        """Return the canonical text; the values of a set are sorted."""
        if self.operator == EXISTS:
            return self.key
        if self.operator == DOES_NOT_EXIST:
            return f"!{self.key}"
        joined = ",".join(sorted(self.values))
        if self.operator in (IN, NOT_IN):
            return f"{self.key} {self.operator} ({joined})"
        return f"{self.key}{_SYMBOLS.get(self.operator, self.operator)}{joined}"


def new_requirement(key: str, operator: str, values: Sequence[str]) -> Requirement:
    """Return a checked requirement. Raises ValueError with the field errors in Kubernetes' words."""
    errors = [invalid("key", key, text) for text in [validate_label_key(key)] if text]
    errors += _check_values(operator, values)
    for index, value in enumerate(values):
        text = "; ".join(is_valid_label_value(value))
        if text:
            errors.append(invalid(f"values[{index}][{key}]", value, text))
    if errors:
        texts = list(dict.fromkeys(map(str, errors)))
        raise ValueError(texts[0] if len(texts) == 1 else "[" + ", ".join(texts) + "]")
    return Requirement(key, operator, tuple(values))


def validate_label_key(key: str) -> str:
    """Return all that is wrong with the key of a label, in one text; "" when it is valid."""
    return "; ".join(is_qualified_name(key))


def parse_int64(text: str) -> int | None:
    """Return the number a text spells as Go's ParseInt reads it: a sign and ASCII digits, 64 bits; else None."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 400:
        return None
    number = int(text)
    return number if -(2**63) <= number < 2**63 else None


def _check_values(operator: str, values: Sequence[str]) -> list[FieldError]:
    shown = format_go_strings(values or None)
    if operator in (IN, NOT_IN) and not values:
        return [invalid_go("values", shown, "for 'in', 'notin' operators, values set can't be empty")]
    if operator in (EQUALS, DOUBLE_EQUALS, NOT_EQUALS) and len(values) != 1:
        return [invalid_go("values", shown, "exact-match compatibility requires one single value")]
    if operator in (EXISTS, DOES_NOT_EXIST) and values:
        return [invalid_go("values", shown, "values set must be empty for exists and does not exist")]
    if operator in (GREATER_THAN, LESS_THAN):
        return _check_bounds(values, shown)
    return []


def _check_bounds(values: Sequence[str], shown: str) -> list[FieldError]:
    errors = []
    if len(values) != 1:
        errors.append(invalid_go("values", shown, "for 'Gt', 'Lt' operators, exactly one value is required"))
    for index, value in enumerate(values):
        if parse_int64(value) is None:
            errors.append(invalid(f"values[{index}]", value, "for 'Gt', 'Lt' operators, the value must be an integer"))
    return errors
