"""Whatever an expression says, it has a value or a CelError: wrong types, missing arguments, numbers out of range, depth."""

from __future__ import annotations

from itertools import product

import pytest

from minikube_py.apimachinery.cel.evaluator import evaluate
from minikube_py.apimachinery.cel.functions import FUNCTIONS, METHODS
from minikube_py.apimachinery.cel.nodes import CelError, SyntaxFault
from minikube_py.apimachinery.cel.parser import MAX_DEPTH, parse

VALUES = (
    *("0", "9223372036854775807", "1.5", "(1.0/0.0)", "(0.0/0.0)", "true", "null", '"%d %f"', '"["', '"a{99999999999}"'),
    *('"http://[::1"', "[1, 'a']", '{"a": 1}', 'duration("1h")', 'timestamp("2020-01-01T00:00:00Z")', 'quantity("1k")'),
    *('cidr("::/8")', "optional.none()", "optional.of(1)"),
)
MACROS = ("all", "exists", "exists_one", "map", "filter", "optMap", "optFlatMap")


def has_outcome(text: str) -> bool:
    """Return whether an expression ends as expressions do."""
    try:
        evaluate(parse(text), {})
    except CelError:
        return True
    return True


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    assert has_outcome(f"{name}()")
    assert all(has_outcome(f"{name}({value})") for value in VALUES)
    assert all(has_outcome(f"{name}({one}, {other})") for one, other in product(VALUES, VALUES))


@pytest.mark.parametrize("name", METHODS)
def test_methods(name: str) -> None:
    assert all(has_outcome(f"{value}.{name}()") for value in VALUES)
    assert all(has_outcome(f"{value}.{name}({argument})") for value, argument in product(VALUES, VALUES))


@pytest.mark.parametrize("name", MACROS)
def test_macros(name: str) -> None:
    for value, words in product(VALUES, ("x", "x, x", "x, x > 1", "1, 2", "")):
        assert has_outcome(f"{value}.{name}({words})")


@pytest.mark.parametrize("shape", ["{} + {}", "{} - {}", "{} / {}", "{} % {}", "{} < {}", "{} in {}", "{}[{}]", "{{{}: {}}}"])
def test_pairs(shape: str) -> None:
    assert all(has_outcome(shape.format(one, other)) for one, other in product(VALUES, VALUES))


@pytest.mark.parametrize(
    "shape", ["-{}", "!{}", "[?{}]", "{{?'a': {}}}", "has({}.b)", "{}.b", "cel.bind({})", "cel.bind(x, {}, x)"]
)
def test_single_values(shape: str) -> None:
    assert all(has_outcome(shape.format(value)) for value in VALUES)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("sets.contains(1, 2)", "no such overload"),
        ("math.abs()", "no such overload"),
        ("{[1]: 2}", "unsupported key type: list"),
        ("[?1]", "cannot initialize optional list element from non-optional value"),
        ("int('9223372036854775808')", 'strconv.ParseInt: parsing "9223372036854775808": value out of range'),
        ("int(1.0/0.0)", "integer overflow"),
        ("'a'.findAll('[')", "error parsing regexp: missing closing ]: `[`"),
        ("timestamp('9999-12-31T00:00:00Z') + duration('240h')", "timestamp overflow"),
    ],
)
def test_texts(text: str, why: str) -> None:
    with pytest.raises(CelError) as fault:
        evaluate(parse(text), {})
    assert str(fault.value) == why


def test_what_is_no_url_is_not_called_one() -> None:
    assert evaluate(parse("isURL('http://a:80/')"), {}) is True
    assert evaluate(parse("isURL('http://[::1') || isURL('http://a:x/')"), {}) is False


@pytest.mark.parametrize("text", ["(" * 5000, "-" * 5000 + "1", "1" + "+1" * 5000, "a" + ".b" * 5000, "[" * 500 + "]" * 500])
def test_depth_has_a_limit(text: str) -> None:
    with pytest.raises(SyntaxFault, match=f"expression recursion limit exceeded: {MAX_DEPTH}"):
        parse(text)


def test_what_is_not_too_deep_is_evaluated() -> None:
    assert evaluate(parse("1" + "+1" * (MAX_DEPTH - 1)), {}) == MAX_DEPTH
