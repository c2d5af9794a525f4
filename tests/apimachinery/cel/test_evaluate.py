"""Expressions and their values."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.cel.checker import compile_text
from minikube_py.apimachinery.cel.evaluator import evaluate
from minikube_py.apimachinery.cel.nodes import CelError
from minikube_py.apimachinery.cel.parser import parse

SELF = {"a": [1, 2, 3], "s": "abc", "m": {"k": 1}, "n": 5, "x-y": 3, "q": "100Mi"}


def run(text: str, **variables: Any) -> Any:
    return evaluate(parse(text), {"self": SELF, **variables})


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("self.n > 4 && self.n < 6.5", True),
        ("self.a.all(x, x > 0)", True),
        ("self.a.exists(x, x == 2) && has(self.s)", True),
        ("self.a.exists_one(i, i == 1)", True),
        ("self.a.map(x, x > 1, x * 2)", [4, 6]),
        ("self.a.filter(x, x > 1).size()", 2),
        ("self.m.all(k, self.m[k] == 1)", True),
        ("self.s.matches('^a') ? 'y' : 'n'", "y"),
        ("self.m.?z.orValue(7)", 7),
        ("self.?m.k.hasValue()", True),
        ("optional.none().or(optional.of(1)).value()", 1),
        ("self.x__dash__y == 3", True),
        ("!has(self.zz) || self.zz == 1", True),
        ("'k' in self.m && 2 in self.a", True),
        ("[1, 2] + [3] == [1, 2, 3]", True),
        ("{'a': 1, 'b': 2}.a", 1),
        ("quantity(self.q).isLessThan(quantity('1Gi'))", True),
        ("quantity('2').add(1).asInteger()", 3),
        ("duration('1h') < duration('90m')", True),
        ("timestamp('2026-01-02T03:04:05Z') + duration('1h') > timestamp('2026-01-02T04:00:00Z')", True),
        ("'%s-%d'.format([self.s, self.n])", "abc-5"),
        ("'a,b'.split(',').join('-')", "a-b"),
        ("'abc'.substring(1, 2) + 'ABC'.lowerAscii()", "babc"),
        ("self.a.isSorted() && self.a.sum() == 6 && self.a.max() == 3", True),
        ("isURL('https://a/b') && url('https://a:80/b').getPort() == '80'", True),
        ("cidr('10.0.0.0/8').containsIP('10.1.2.3') && !isIP('x')", True),
        ("cel.bind(z, 3, z + 1)", 4),
        (r"r'\d' + '\n'", "\\d\n"),
        ("[?self.?zz, 1].size()", 1),
        ("sets.contains([1, 2], [2])", True),
    ],
)
def test_values(text: str, value: Any) -> None:
    assert run(text) == value


@pytest.mark.parametrize("text", ["false && self.nope", "self.nope == 1 && false", "[0, 1].exists(x, x == 1 || 1 / x == 1)"])
def test_a_side_that_decides_is_enough(text: str) -> None:
    assert run(text) is ("exists" in text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("self.nope", "no such key: nope"),
        ("self.a[9]", "index out of bounds: 9"),
        ("1 / 0", "division by zero"),
        ("1 + 'a'", "no such overload"),
        ("9223372036854775807 + 1", "integer overflow"),
        ("self.a < 1", "no such overload"),
        ("'x'.matches('(')", "error parsing regexp"),
    ],
)
def test_faults(text: str, message: str) -> None:
    with pytest.raises(CelError) as raised:
        run(text)
    assert str(raised.value).startswith(message)


def test_the_compiler_names_the_place() -> None:
    schema = {"type": "object", "properties": {"x": {"type": "integer"}}}
    assert compile_text("self.foo > bar", {"self": schema}) == (
        "compilation failed: ERROR: <input>:1:5: undefined field 'foo'\n | self.foo > bar\n | ....^\n"
        "ERROR: <input>:1:12: undeclared reference to 'bar' (in container '')\n | self.foo > bar\n | ...........^"
    )


@pytest.mark.parametrize(
    "text", ["self.x > 0", "self.l.all(i, i.y > 0)", "has(self.x) && size(self.l) > 1", "self.m.anything == 'a'"]
)
def test_names_that_exist_compile(text: str) -> None:
    item = {"type": "object", "properties": {"y": {"type": "integer"}}}
    properties = {
        "x": {"type": "integer"},
        "l": {"type": "array", "items": item},
        "m": {"type": "object", "additionalProperties": {"type": "string"}},
    }
    assert compile_text(text, {"self": {"type": "object", "properties": properties}}) == ""
