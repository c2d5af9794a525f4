"""What is said of expressions before they are evaluated."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.apimachinery.cel.checker import compile_expression
from minikube_py.apimachinery.cel.evaluator import evaluate
from minikube_py.apimachinery.cel.parser import parse
from minikube_py.apimachinery.schema import load

TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
INNER = {"type": "object", "properties": {"x": NUMBER}}
SELF: dict[str, Any] = {
    "type": "object",
    "properties": {
        "n": NUMBER,
        "d": {"type": "number"},
        "s": TEXT,
        "l": {"type": "array", "items": TEXT},
        "m": {"type": "object", "additionalProperties": NUMBER},
        "o": INNER,
        "ol": {"type": "array", "items": INNER},
        "t": {"type": "string", "format": "date-time"},
        "either": {"x-kubernetes-int-or-string": True},
    },
}
NO = "found no matching overload for "


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("self.n > 'a'", 8, NO + "'_>_' applied to '(int, string)'"),
        ("self.s == 1", 8, NO + "'_==_' applied to '(string, int)'"),
        ("self.n == null", 8, NO + "'_==_' applied to '(int, null)'"),
        ("1 in self.l", 3, NO + "'@in' applied to '(int, list(string))'"),
        ("!self.n", 1, NO + "'!_' applied to '(int)'"),
        ("self.s ? 1 : 2", 8, NO + "'_?_:_' applied to '(string, int, int)'"),
        ("self.s.startsWith(1)", 18, NO + "'startsWith' applied to 'string.(int)'"),
        ("self.n.size() > 1", 12, NO + "'size' applied to 'int.()'"),
        ("size(self.n)", 5, NO + "'size' applied to '(int)'"),
        ("self.t > 'a'", 8, NO + "'_>_' applied to '(timestamp, string)'"),
        ("self.l.all(x, x > 1)", 17, NO + "'_>_' applied to '(string, int)'"),
        ("self.l.all(x, x)", 15, "expected type 'bool' but found 'string'"),
        ("self.ol.exists(a, a.y == 1)", 20, "undefined field 'y'"),
        (
            "self.s.all(x, true)",
            5,
            "expression of type 'string' cannot be range of a comprehension (must be list, map, or dynamic)",
        ),
        ("[1, 'a']", 5, "expected type 'int' but found 'string'"),
        ("self.n.x", 7, "type 'int' does not support field selection"),
        ("self.s.foo()", 11, "undeclared reference to 'foo' (in container '')"),
        ("has(self)", 4, "invalid argument to has() macro"),
        ("a" * 3 + " == 1", 1, "undeclared reference to 'aaa' (in container '')"),
    ],
)
def test_what_cannot_be_compiled(text: str, column: int, message: str) -> None:
    issues = compile_expression(text, {"self": SELF}).issues
    assert issues.split("\n")[0] == f"ERROR: <input>:1:{column}: {message}"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("self.n + 1", "int"),
        ("self.n < 1.5 && self.d > 1", "bool"),
        ("self.o == null", "bool"),
        ("self.l + ['a']", "list(string)"),
        ("self.m.exists(k, k == 'a' && self.m[k] > 1)", "bool"),
        ("self.?o.?x.orValue(1)", "int"),
        ("self.l.map(x, x.size()).sum()", "int"),
        ("self.ol.filter(x, x.x > 1).size()", "int"),
        ("{'a': self.l}", "map(string, list(string))"),
        ("cel.bind(x, self.n, [x])", "list(int)"),
        ("duration('1h') > duration('1m')", "bool"),
        ("self.t + duration('1h') > timestamp('2026-01-02T03:04:05Z')", "bool"),
        ("url(self.s).getHost()", "string"),
        ("quantity(self.s).add(1)", "kubernetes.Quantity"),
        ("self.either == 1 || self.either == 'a'", "bool"),
        ("self.either", "dyn"),
        ("self.n > 0 ? self.s : ''", "string"),
        ("!format.dns1123Label().validate(self.s).hasValue()", "bool"),
        ("optional.of(self.s)", "optional_type(string)"),
    ],
)
def test_types_are_found_out(text: str, kind: str) -> None:
    compiled = compile_expression(text, {"self": SELF})
    assert compiled.issues == ""
    assert compiled.is_of(kind)


def test_kubernetes_own_kinds_are_known() -> None:
    names = {"object": load("io.k8s.api.apps.v1.Deployment")}
    from minikube_py.apimachinery.cel.types import type_of_schema

    types = {name: type_of_schema(schema) for name, schema in names.items()}
    assert compile_expression("object.spec.replicas <= 5 && object.metadata.name != ''", types).issues == ""
    assert "undefined field 'replica'" in compile_expression("object.spec.replica <= 5", types).issues


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("format.dns1123Label().validate('a-b').hasValue()", False),
        ("format.dns1123Label().validate('a_b').hasValue()", True),
        ("format.dns1123LabelPrefix().validate('a-').hasValue()", False),
        ("format.named('uuid').value().validate('x').value()", ["does not match the UUID format"]),
        ("format.named('nope').hasValue()", False),
        ("format.date().validate('2026-02-30').hasValue()", True),
        ("format.uri().validate('https://a/b').hasValue()", False),
        ("format.byte().validate('YQ==').hasValue()", False),
    ],
)
def test_formats(text: str, value: Any) -> None:
    assert evaluate(parse(text), {}) == value
