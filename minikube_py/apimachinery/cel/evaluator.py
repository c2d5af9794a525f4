"""The value of an expression. Errors go as CEL's do: `false && error` is false."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from minikube_py.apimachinery.cel.authorizer import Authorizer
from minikube_py.apimachinery.cel.budget import BUDGET
from minikube_py.apimachinery.cel.functions import FUNCTIONS, METHODS
from minikube_py.apimachinery.cel.nodes import Call, CelError, Index, ListOf, Literal, MapOf, Name, Node, Select
from minikube_py.apimachinery.cel.values import NO_OVERLOAD, NONE, Optional, compare, equals, is_number, type_name

Variables = Mapping[str, Any]
_ESCAPES = (("__underscores__", "__"), ("__dot__", "."), ("__dash__", "-"), ("__slash__", "/"))
INT_LIMIT = 2**63
_MISUSED = (TypeError, AttributeError, LookupError)  # what Python says of wrong types or a wrong number of arguments
_NO_RESULT = (ValueError, OverflowError, OSError)  # the types are right, and nothing follows from the values


class Lazy:
    """A variable that is worked out when it is first asked for."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: list[Any] = []

    def get(self) -> Any:
        """Return the value. Raises CelError."""
        if not self._made:
            self._made.append(self._make())
        return self._made[0]


def evaluate(node: Node, variables: Variables) -> Any:
    """Return the value of a tree. Raises CelError; OutOfBudget where `variables` have a Budget by the name BUDGET, and it is spent."""
    budget = variables.get(BUDGET)
    if budget is not None:
        budget.spend(1)
    return _EVALUATORS[type(node)](node, variables)


def unescape_field(name: str) -> str:
    """Return the property that a field's name stands for: `__dash__` is `-`, `__namespace__` a reserved word."""
    if "__" not in name:
        return name
    if name.startswith("__") and name.endswith("__") and name[2:-2].isalpha() and name not in dict(_ESCAPES):
        return name[2:-2]
    for escaped, plain in _ESCAPES:
        name = name.replace(escaped, plain)
    return name


def _literal(node: Literal, variables: Variables) -> Any:
    return node.value


def _name(node: Name, variables: Variables) -> Any:
    if node.name not in variables:
        raise CelError(f"no such attribute(s): {node.name}")
    value = variables[node.name]
    return value.get() if isinstance(value, Lazy) else value


def _select(node: Select, variables: Variables) -> Any:
    operand = evaluate(node.operand, variables)
    was_optional = isinstance(operand, Optional)
    if was_optional:
        if not operand.present:
            return NONE
        operand = operand.value
    if isinstance(operand, Authorizer):
        operand = operand.members
    field = unescape_field(node.field)
    found = isinstance(operand, dict) and field in operand
    if isinstance(operand, Lazy):
        operand = operand.get()
    if node.optional or was_optional:
        return Optional(_force(operand[field]), True) if found else NONE
    if not isinstance(operand, dict):
        raise CelError(NO_OVERLOAD)
    if not found:
        raise CelError(f"no such key: {field}")
    return _force(operand[field])


def _force(value: Any) -> Any:
    return value.get() if isinstance(value, Lazy) else value


def _index(node: Index, variables: Variables) -> Any:
    operand, key = evaluate(node.operand, variables), evaluate(node.key, variables)
    was_optional = isinstance(operand, Optional)
    if was_optional:
        if not operand.present:
            return NONE
        operand = operand.value
    lenient = node.optional or was_optional
    if isinstance(operand, list):
        if not is_number(key) or key % 1 != 0:
            raise CelError(NO_OVERLOAD)
        if not 0 <= key < len(operand):
            if lenient:
                return NONE
            raise CelError(f"index out of bounds: {key}")
        found = operand[int(key)]
    elif isinstance(operand, dict) and not isinstance(key, list | dict):
        if key not in operand:
            if lenient:
                return NONE
            raise CelError(f"no such key: {key}")
        found = operand[key]
    else:
        raise CelError(NO_OVERLOAD)
    return Optional(found, True) if lenient else found


def _list(node: ListOf, variables: Variables) -> Any:
    found = []
    for item, optional in node.items:
        value = evaluate(item, variables)
        if not optional:
            found.append(value)
        elif not isinstance(value, Optional):
            raise CelError("cannot initialize optional list element from non-optional value")
        elif value.present:
            found.append(value.value)
    return found


def _map(node: MapOf, variables: Variables) -> Any:
    found = {}
    for key_node, item, optional in node.entries:
        key, value = evaluate(key_node, variables), evaluate(item, variables)
        if isinstance(key, list | dict):
            raise CelError(f"unsupported key type: {type_name(key)}")
        if not optional:
            found[key] = value
        elif not isinstance(value, Optional):
            raise CelError("cannot initialize optional entry from non-optional value")
        elif value.present:
            found[key] = value.value
    return found


def _call(node: Call, variables: Variables) -> Any:
    if node.function in _SPECIAL and node.target is None:
        return _SPECIAL[node.function](node, variables)
    if node.target is not None:
        if isinstance(node.target, Name) and node.target.name not in variables:
            qualified = f"{node.target.name}.{node.function}"
            if qualified == "cel.bind":
                return _bind(node, variables)
            if qualified in FUNCTIONS:
                return _apply(FUNCTIONS[qualified], [evaluate(arg, variables) for arg in node.args], variables)
        if node.function in _MACROS and len(node.args) > 1 and isinstance(node.args[0], Name):
            return _MACROS[node.function](node, variables)
        target = evaluate(node.target, variables)
        if node.function in ("optMap", "optFlatMap"):
            return _map_optional(node, target, variables)
        method = METHODS.get(node.function)
        if method is None:
            raise CelError(NO_OVERLOAD)
        return _apply(method, [target, *(evaluate(arg, variables) for arg in node.args)], variables)
    function = FUNCTIONS.get(node.function)
    if function is None:
        raise CelError(NO_OVERLOAD)
    return _apply(function, [evaluate(arg, variables) for arg in node.args], variables)


def _apply(function: Callable[..., Any], args: list[Any], variables: Variables) -> Any:
    if (budget := variables.get(BUDGET)) is not None:
        budget.spend_on(args)
    try:
        return function(*args)
    except _MISUSED as error:
        raise CelError(NO_OVERLOAD) from error
    except _NO_RESULT as error:
        raise CelError(str(error)) from error


def _and_or(node: Call, variables: Variables) -> Any:
    """A side that decides is enough, whatever is wrong with the other."""
    deciding = node.function == "_||_"
    fault: CelError | None = None
    for side in node.args:
        try:
            value = evaluate(side, variables)
        except CelError as error:
            fault = fault or error
            continue
        if value is deciding:
            return deciding
        if not isinstance(value, bool):
            fault = fault or CelError(NO_OVERLOAD)
    if fault is not None:
        raise fault
    return not deciding


def _choose(node: Call, variables: Variables) -> Any:
    condition = evaluate(node.args[0], variables)
    if not isinstance(condition, bool):
        raise CelError(NO_OVERLOAD)
    return evaluate(node.args[1 if condition else 2], variables)


def _has(node: Call, variables: Variables) -> Any:
    selected = node.args[0]
    if not isinstance(selected, Select):
        raise CelError("invalid argument to has() macro")
    operand = evaluate(selected.operand, variables)
    if isinstance(operand, Optional):
        operand = operand.value if operand.present else {}
    if not isinstance(operand, dict):
        raise CelError(NO_OVERLOAD)
    return unescape_field(selected.field) in operand


def _not(node: Call, variables: Variables) -> Any:
    value = evaluate(node.args[0], variables)
    if not isinstance(value, bool):
        raise CelError(NO_OVERLOAD)
    return not value


def _bind(node: Call, variables: Variables) -> Any:
    name = node.args[0] if len(node.args) == 3 else None
    if not isinstance(name, Name):
        raise CelError(NO_OVERLOAD)
    return evaluate(node.args[2], {**variables, name.name: Lazy(lambda: evaluate(node.args[1], variables))})


def _map_optional(node: Call, target: Any, variables: Variables) -> Any:
    name = node.args[0] if len(node.args) == 2 else None
    if not isinstance(target, Optional) or not isinstance(name, Name):
        raise CelError(NO_OVERLOAD)
    if not target.present:
        return NONE
    value = evaluate(node.args[1], {**variables, name.name: target.value})
    return value if node.function == "optFlatMap" else Optional(value, True)


def _each(node: Call, variables: Variables) -> list[tuple[Any, Variables]]:
    """Return each element of a macro's list or keys of its map, and the variables that hold it."""
    assert node.target is not None
    target = evaluate(node.target, variables)
    if not isinstance(target, list | dict):
        raise CelError(NO_OVERLOAD)
    names = [arg.name for arg in node.args[:-1] if isinstance(arg, Name)]
    if len(names) == 2 and node.function not in ("map", "filter"):
        pairs = list(target.items()) if isinstance(target, dict) else list(enumerate(target))
        return [(item, {**variables, names[0]: key, names[1]: item}) for key, item in pairs]
    return [(item, {**variables, names[0]: item}) for item in target]


def _all(node: Call, variables: Variables) -> Any:
    """`all` and `exists`: an element that decides is enough, whatever is wrong with the others."""
    deciding = node.function == "exists"
    fault: CelError | None = None
    for _, inner in _each(node, variables):
        try:
            value = evaluate(node.args[-1], inner)
        except CelError as error:
            fault = fault or error
            continue
        if value is deciding:
            return deciding
    if fault is not None:
        raise fault
    return not deciding


def _exists_one(node: Call, variables: Variables) -> Any:
    return sum(evaluate(node.args[-1], inner) is True for _, inner in _each(node, variables)) == 1


def _map_macro(node: Call, variables: Variables) -> Any:
    chosen = [inner for _, inner in _each(node, variables)]
    if len(node.args) == 3 and node.function == "map":
        chosen = [inner for inner in chosen if evaluate(node.args[1], inner) is True]
    return [evaluate(node.args[-1], inner) for inner in chosen]


def _filter(node: Call, variables: Variables) -> Any:
    return [item for item, inner in _each(node, variables) if evaluate(node.args[-1], inner) is True]


def _arithmetic(node: Call, variables: Variables) -> Any:
    left, right = (evaluate(arg, variables) for arg in node.args)
    if (budget := variables.get(BUDGET)) is not None:
        budget.spend_on((left, right))
    return compute(node.function[1:-1], left, right)


def compute(operator: str, left: Any, right: Any) -> Any:
    """Return the value of `left operator right`. Raises CelError."""
    if operator in ("==", "!="):
        return equals(left, right) is (operator == "==")
    if operator in ("<", "<=", ">", ">="):
        order = compare(left, right)
        return {"<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0}[operator]
    if operator == "in":
        if isinstance(right, dict):
            return not isinstance(left, list | dict) and left in right
        if isinstance(right, list):
            return any(equals(left, item) for item in right)
        raise CelError(NO_OVERLOAD)
    return _calculate(operator, left, right)


def _calculate(operator: str, left: Any, right: Any) -> Any:
    is_int = isinstance(left, int) and isinstance(right, int) and not isinstance(left, bool) and not isinstance(right, bool)
    is_float = isinstance(left, float) and isinstance(right, float)
    if is_int and operator in "/%" and right == 0:
        raise CelError("division by zero" if operator == "/" else "modulus by zero")
    if is_int:
        result: Any = _INTEGERS[operator](left, right)
        if not -INT_LIMIT <= result < INT_LIMIT:
            raise CelError("integer overflow")
        return result
    if is_float and operator in "+-*/":
        if operator == "/" and right == 0:
            return float("nan") if left == 0 else float("inf") if left > 0 else float("-inf")
        return {"+": lambda: left + right, "-": lambda: left - right, "*": lambda: left * right, "/": lambda: left / right}[
            operator
        ]()
    same = type(left) is type(right) and isinstance(left, str | bytes | list)
    times = {type(left).__name__, type(right).__name__} & {"timedelta", "datetime"}
    if (operator == "+" and same) or (operator in "+-" and times):
        try:
            return left + right if operator == "+" else left - right
        except _MISUSED as error:
            raise CelError(NO_OVERLOAD) from error
        except OverflowError as error:
            raise CelError("timestamp overflow" if "datetime" in times else "duration overflow") from error
    raise CelError(NO_OVERLOAD)


_INTEGERS: dict[str, Callable[[int, int], int]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1),
    "%": lambda a, b: abs(a) % abs(b) * (-1 if a < 0 else 1),
}


def _negate(node: Call, variables: Variables) -> Any:
    value = evaluate(node.args[0], variables)
    if not is_number(value):
        raise CelError(NO_OVERLOAD)
    return -value


_OPERATORS = ("+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "in")
_SPECIAL: dict[str, Callable[[Call, Variables], Any]] = {
    "_&&_": _and_or,
    "_||_": _and_or,
    "_?_:_": _choose,
    "!_": _not,
    "-_": _negate,
    "has": _has,
    **{f"_{operator}_": _arithmetic for operator in _OPERATORS},
}
_MACROS: dict[str, Callable[[Call, Variables], Any]] = {
    "all": _all,
    "exists": _all,
    "exists_one": _exists_one,
    "existsOne": _exists_one,
    "map": _map_macro,
    "transformList": _map_macro,
    "filter": _filter,
}
_EVALUATORS: dict[type, Callable[[Any, Variables], Any]] = {
    Literal: _literal,
    Name: _name,
    Select: _select,
    Index: _index,
    ListOf: _list,
    MapOf: _map,
    Call: _call,
}
SPECIAL_NAMES = frozenset((*_SPECIAL, *_MACROS, "optMap", "optFlatMap", "bind"))
