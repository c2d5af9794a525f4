"""Names in an expression that do not exist, told as cel-go's compiler does."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.cel.evaluator import SPECIAL_NAMES, unescape_field
from minikube_py.apimachinery.cel.functions import FUNCTIONS, METHODS
from minikube_py.apimachinery.cel.nodes import Call, Index, ListOf, Literal, MapOf, Name, Node, Select, SyntaxFault
from minikube_py.apimachinery.cel.parser import parse

Schema = Mapping[str, Any] | None  # what is known of a value; None for nothing
Fault = tuple[int, str]
_NAMESPACES = frozenset(name.partition(".")[0] for name in FUNCTIONS if "." in name) | {"cel"}
_EACH = ("all", "exists", "exists_one", "existsOne", "map", "filter", "transformList")


def compile_text(text: str, variables: Mapping[str, Schema]) -> str:
    """Return why an expression cannot be compiled, "" where it can. `variables` are the names it may use, with their schemas."""
    try:
        faults = list(_Checker(dict(variables)).check(parse(text)))
    except SyntaxFault as error:
        faults = [(error.at, str(error))]
    if not faults:
        return ""
    return "compilation failed: " + "\n".join(_show(text, at, message) for at, message in sorted(faults))


def _show(text: str, at: int, message: str) -> str:
    before = text[:at]
    line_number, column = before.count("\n") + 1, at - (before.rfind("\n") + 1)
    line = text.split("\n")[line_number - 1]
    return f"ERROR: <input>:{line_number}:{column + 1}: {message}\n | {line}\n | {'.' * column}^"


def list_names(node: Node) -> Iterator[str]:
    """Yield the variables that a tree speaks of."""
    match node:
        case Name(name, _):
            yield name
        case Select(operand, _, _, _):
            yield from list_names(operand)
        case Index(operand, key, _, _):
            yield from list_names(operand)
            yield from list_names(key)
        case Call(_, target, args, _):
            for inner in (*([target] if target else []), *args):
                yield from list_names(inner)
        case ListOf(items, _):
            for item, _ in items:
                yield from list_names(item)
        case MapOf(entries, _):
            for key, value, _ in entries:
                yield from list_names(key)
                yield from list_names(value)


class _Checker:
    """Walks a tree with the variables in scope."""

    def __init__(self, variables: dict[str, Schema]) -> None:
        self._variables = variables

    def check(self, node: Node) -> Iterator[Fault]:
        """Yield the faults in a tree."""
        check: Callable[[Any], Iterator[Fault]] = _CHECKS[type(node)].__get__(self)
        yield from check(node)

    def _literal(self, node: Literal) -> Iterator[Fault]:
        return iter(())

    def _name(self, node: Name) -> Iterator[Fault]:
        if node.name not in self._variables and node.name not in _TYPES:
            yield node.at, f"undeclared reference to '{node.name}' (in container '')"

    def _select(self, node: Select) -> Iterator[Fault]:
        yield from self.check(node.operand)
        schema = self._schema_of(node.operand)
        if schema is None:
            return
        properties, field = schema.get("properties"), unescape_field(node.field)
        if properties and field not in properties and schema.get("additionalProperties") is None:
            yield node.at, f"undefined field '{field}'"

    def _index(self, node: Index) -> Iterator[Fault]:
        yield from self.check(node.operand)
        yield from self.check(node.key)

    def _list(self, node: ListOf) -> Iterator[Fault]:
        for item, _ in node.items:
            yield from self.check(item)

    def _map(self, node: MapOf) -> Iterator[Fault]:
        for key, value, _ in node.entries:
            yield from self.check(key)
            yield from self.check(value)

    def _call(self, node: Call) -> Iterator[Fault]:
        is_namespace = isinstance(node.target, Name) and node.target.name in _NAMESPACES - self._variables.keys()
        if node.target is not None and not is_namespace:
            yield from self.check(node.target)
        known = node.function in SPECIAL_NAMES or node.function in (FUNCTIONS if node.target is None else METHODS)
        if is_namespace:
            assert isinstance(node.target, Name)
            name = f"{node.target.name}.{node.function}"
            known = name in FUNCTIONS or name == "cel.bind"
        if not known:
            yield node.at, f"undeclared reference to '{node.function}' (in container '')"
        yield from self._args(node)

    def _args(self, node: Call) -> Iterator[Fault]:
        names = [arg.name for arg in node.args[:-1] if isinstance(arg, Name)]
        if node.function not in (*_EACH, "bind", "optMap", "optFlatMap") or not names or node.target is None:
            for arg in node.args:
                yield from self.check(arg)
            return
        bound = names[: 1 if node.function in ("bind", "map", "filter", "optMap", "optFlatMap") else 2]
        schema = self._item_schema(node.target) if node.function in _EACH and len(bound) == 1 else None
        inner = _Checker({**self._variables, **dict.fromkeys(bound, schema)})
        for arg in node.args[len(bound) :]:
            yield from inner.check(arg)

    def _schema_of(self, node: Node) -> Schema:
        if isinstance(node, Name):
            return self._variables.get(node.name)
        if isinstance(node, Select):
            schema = self._schema_of(node.operand)
            if schema is None:
                return None
            found = (schema.get("properties") or {}).get(unescape_field(node.field), schema.get("additionalProperties"))
            return found if isinstance(found, Mapping) else None
        return self._item_schema(node.operand) if isinstance(node, Index) else None

    def _item_schema(self, node: Node) -> Schema:
        schema = self._schema_of(node)
        if schema is None or schema.get("type") != "array":
            return None
        items = schema.get("items")
        return items if isinstance(items, Mapping) else None


_TYPES = ("int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type")
_CHECKS: dict[type, Any] = {
    Literal: _Checker._literal,
    Name: _Checker._name,
    Select: _Checker._select,
    Index: _Checker._index,
    ListOf: _Checker._list,
    MapOf: _Checker._map,
    Call: _Checker._call,
}
