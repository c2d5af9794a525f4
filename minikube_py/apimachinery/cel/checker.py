"""What is wrong with an expression before it is evaluated, told as cel-go's compiler does: names, fields and types."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from minikube_py.apimachinery.cel.evaluator import SPECIAL_NAMES, unescape_field
from minikube_py.apimachinery.cel.functions import FUNCTIONS, METHODS
from minikube_py.apimachinery.cel.nodes import Call, Index, ListOf, Literal, MapOf, Name, Node, Select, SyntaxFault
from minikube_py.apimachinery.cel.overloads import UNKNOWN, find_result
from minikube_py.apimachinery.cel.parser import parse
from minikube_py.apimachinery.cel.types import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    INT,
    NULL,
    STRING,
    Type,
    agree,
    field_of,
    list_of,
    type_of_schema,
)

Schema = Mapping[str, Any] | Type | None  # what is known of a value; None for nothing
Fault = tuple[int, str]
_NAMESPACES = frozenset(name.partition(".")[0] for name in FUNCTIONS if "." in name) | {"cel"}
_EACH = ("all", "exists", "exists_one", "existsOne", "map", "filter", "transformList")
_ONE_NAME = ("bind", "map", "filter", "optMap", "optFlatMap")


class Compiled(NamedTuple):
    """What compiling an expression says: why it cannot be done, "" where it can, and the type of its value, None where none is sure."""

    issues: str
    result: Type | None

    def is_of(self, *types: str) -> bool:
        """Return whether the value is of one of these types, as far as that is known."""
        return self.result is None or str(self.result) in types


def compile_text(text: str, variables: Mapping[str, Schema]) -> str:
    """Return why an expression cannot be compiled, "" where it can. `variables` are the names it may use, with their schemas."""
    issues = compile_expression(text, variables).issues
    return f"compilation failed: {issues}" if issues else ""


def compile_expression(text: str, variables: Mapping[str, Schema]) -> Compiled:
    """Compile an expression that may use `variables`."""
    types = {name: known if isinstance(known, Type) else type_of_schema(known) for name, known in variables.items()}
    checker = _Checker(types, [])
    try:
        result = checker.infer(parse(text))
        faults = checker.faults
    except SyntaxFault as error:
        result, faults = DYN, [(error.at, str(error))]
    sure = None if faults or checker.is_unsure else result
    return Compiled("\n".join(_show(text, at, message) for at, message in sorted(faults)), sure)


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
    """Walks a tree with the variables in scope, and finds out the types of what it meets."""

    def __init__(self, variables: dict[str, Type], faults: list[Fault]) -> None:
        self._variables, self.faults = variables, faults
        self._unsure: list[str] = []  # functions that no types are known of

    @property
    def is_unsure(self) -> bool:
        """Whether something was met that no types are known of."""
        return bool(self._unsure)

    def infer(self, node: Node) -> Type:
        """Return a tree's type; what is wrong with it is added to the faults, and then its type is unknown."""
        infer: Callable[[Any], Type] = _INFERRERS[type(node)].__get__(self)
        return infer(node)

    def _fault(self, at: int, message: str) -> Type:
        self.faults.append((at, message))
        return DYN

    def _literal(self, node: Literal) -> Type:
        if node.value is None:
            return NULL
        return next(kind for of, kind in _LITERALS if isinstance(node.value, of))

    def _name(self, node: Name) -> Type:
        if node.name in self._variables:
            return self._variables[node.name]
        if node.name in _TYPES:
            return Type("type")
        return self._fault(node.at, f"undeclared reference to '{node.name}' (in container '')")

    def _select(self, node: Select) -> Type:
        operand, field = self.infer(node.operand), unescape_field(node.field)
        if operand.name not in ("object", "map", "optional", "dyn"):
            return self._fault(node.at, f"type '{operand}' does not support field selection")
        found = field_of(operand, field)
        if found is None:
            return self._fault(node.at, f"undefined field '{field}'")
        is_optional = (node.optional or operand.name == "optional") and found.name != "optional"
        return Type("optional", (found,)) if is_optional else found

    def _index(self, node: Index) -> Type:
        operand, key = self.infer(node.operand), self.infer(node.key)
        if operand.name == "object":
            return DYN
        found = self._call_of("_[_]", None, (operand, key), node.at)
        return Type("optional", (found,)) if node.optional and found.name != "optional" else found

    def _list(self, node: ListOf) -> Type:
        return list_of(self._common([(item, self.infer(item), optional) for item, optional in node.items]))

    def _common(self, items: list[tuple[Node, Type, bool]]) -> Type:
        """Return the one type that all items have."""
        common = DYN
        for item, kind, optional in items:
            plain = kind.params[0] if optional and kind.name == "optional" else kind
            if not agree(common, plain, {}):
                self._fault(item.at, f"expected type '{common}' but found '{plain}'")
            elif common == DYN:
                common = plain
        return common

    def _map(self, node: MapOf) -> Type:
        keys = self._common([(key, self.infer(key), False) for key, _, _ in node.entries])
        values = self._common([(value, self.infer(value), optional) for _, value, optional in node.entries])
        return Type("map", (keys, values))

    def _call(self, node: Call) -> Type:
        is_namespace = isinstance(node.target, Name) and node.target.name in _NAMESPACES - self._variables.keys()
        name = node.function
        if is_namespace:
            assert isinstance(node.target, Name)
            name = f"{node.target.name}.{node.function}"
        if not self._is_known(node, name, is_namespace):
            for inner in (*([node.target] if node.target and not is_namespace else ()), *node.args):
                self.infer(inner)
            return self._fault(node.at, f"undeclared reference to '{node.function}' (in container '')")
        if name == "has" and node.target is None:
            return self._has(node)
        if self._binds(node):
            return self._macro(node, is_namespace)
        target = self.infer(node.target) if node.target is not None and not is_namespace else None
        return self._call_of(name, target, tuple(self.infer(arg) for arg in node.args), node.at)

    def _is_known(self, node: Call, name: str, is_namespace: bool) -> bool:
        if is_namespace:
            return name in FUNCTIONS or name == "cel.bind"
        return node.function in SPECIAL_NAMES or node.function in (FUNCTIONS if node.target is None else METHODS)

    def _call_of(self, name: str, target: Type | None, args: tuple[Type, ...], at: int) -> Type:
        name = "@in" if name == "_in_" else name
        result = find_result(name, target, args)
        if result is UNKNOWN:
            self._unsure.append(name)
        if result is not None:
            return result
        shown = f"({', '.join(map(str, args))})"
        applied = shown if target is None else f"{target}.{shown}"
        return self._fault(at, f"found no matching overload for '{name}' applied to '{applied}'")

    def _has(self, node: Call) -> Type:
        if len(node.args) != 1 or not isinstance(node.args[0], Select):
            self._fault(node.at, "invalid argument to has() macro")
        else:
            self.infer(node.args[0])
        return BOOL

    def _binds(self, node: Call) -> bool:
        """Return whether a call is a macro that gives names to what it looks at."""
        return (
            node.target is not None
            and node.function in (*_EACH, "bind", "optMap", "optFlatMap")
            and any(isinstance(arg, Name) for arg in node.args[:-1])
        )

    def _macro(self, node: Call, is_namespace: bool) -> Type:
        assert node.target is not None
        names = [arg.name for arg in node.args[:-1] if isinstance(arg, Name)]
        bound = names[: 1 if node.function in _ONE_NAME else 2]
        if is_namespace:  # cel.bind(name, value, expression)
            scope = {bound[0]: self.infer(node.args[1])}
            return self._inner(scope).infer(node.args[2])
        target = self.infer(node.target)
        if node.function in ("optMap", "optFlatMap"):
            inside = target.params[0] if target.name == "optional" else DYN
            found = self._inner({bound[0]: inside}).infer(node.args[-1])
            return found if node.function == "optFlatMap" else Type("optional", (found,))
        inner = self._inner(self._items(node, target, bound))
        results = [inner.infer(arg) for arg in node.args[len(bound) :]]
        if node.function in ("map", "transformList"):
            return list_of(results[-1])
        if node.function == "filter":
            return target if target.name == "list" else DYN
        if not agree(BOOL, results[-1], {}):
            return self._fault(node.args[-1].at, f"expected type 'bool' but found '{results[-1]}'")
        return BOOL

    def _inner(self, scope: dict[str, Type]) -> _Checker:
        inner = _Checker({**self._variables, **scope}, self.faults)
        inner._unsure = self._unsure
        return inner

    def _items(self, node: Call, target: Type, names: list[str]) -> dict[str, Type]:
        """Return the types of the names that a macro gives to the elements of a list, or the keys (and values) of a map."""
        if target.name not in ("list", "map", "dyn"):
            why = f"expression of type '{target}' cannot be range of a comprehension (must be list, map, or dynamic)"
            assert node.target is not None
            self._fault(node.target.at, why)
        key, value = (INT, target.params[0]) if target.name == "list" else target.params if target.name == "map" else (DYN, DYN)
        if len(names) == 2:
            return {names[0]: key, names[1]: value}
        return {names[0]: value if target.name == "list" else key}


_LITERALS: tuple[tuple[type, Type], ...] = ((bool, BOOL), (int, INT), (float, DOUBLE), (str, STRING), (bytes, BYTES))
_TYPES = ("int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type")
_INFERRERS: dict[type, Any] = {
    Literal: _Checker._literal,
    Name: _Checker._name,
    Select: _Checker._select,
    Index: _Checker._index,
    ListOf: _Checker._list,
    MapOf: _Checker._map,
    Call: _Checker._call,
}
