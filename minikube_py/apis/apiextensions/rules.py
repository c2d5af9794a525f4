"""x-kubernetes-validations: rules in the Common Expression Language, judged for each value they are said of.

https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from minikube_py.apimachinery.cel.budget import BUDGET, PER_OBJECT, Budget, OutOfBudget
from minikube_py.apimachinery.cel.checker import list_names
from minikube_py.apimachinery.cel.evaluator import evaluate
from minikube_py.apimachinery.cel.nodes import CelError, SyntaxFault
from minikube_py.apimachinery.cel.parser import parse
from minikube_py.apimachinery.cel.values import NO_OVERLOAD, NONE, Optional
from minikube_py.apimachinery.errors import FieldError, duplicate, forbidden, invalid, required
from minikube_py.apis.apiextensions.cel_values import to_cel
from minikube_py.apis.apiextensions.openapi_values import MISSING, NO_FIELD
from minikube_py.apis.apiextensions.rules_present import RULES

Schema = Mapping[str, Any]
OUT_OF_BUDGET = "validation failed due to running out of cost budget, no further validation rules will be run"


def check_rules(schema: Schema, new: Any, old: Any) -> list[FieldError]:
    """Return which rules a value breaks; `old` is the one it replaces, MISSING for a new one. Too much work ends it with an error."""
    errors: list[FieldError] = []
    with suppress(OutOfBudget):
        errors.extend(_walk(schema, new, old, "", Budget(PER_OBJECT)))
    return errors


def _walk(schema: Schema, new: Any, old: Any, path: str, total: Budget) -> Iterator[FieldError]:
    if new is None:
        return
    if schema.get(RULES):
        typed_new, typed_old = to_cel(schema, new), to_cel(schema, old)
        for rule in schema[RULES]:
            yield from _judge(rule, schema, typed_new, typed_old, path, total)
    for inner in schema.get("allOf") or ():
        yield from _walk(inner, new, old, path, total)
    if isinstance(new, list) and isinstance(schema.get("items"), Mapping):
        before = _correlate(schema, old)
        for number, item in enumerate(new):
            yield from _walk(schema["items"], item, before.get(_key_of(schema, item), MISSING), f"{path}[{number}]", total)
    elif isinstance(new, dict):
        properties, additional = schema.get("properties") or {}, schema.get("additionalProperties")
        known = old if isinstance(old, dict) else {}
        for name in sorted(new):
            before_field = known.get(name, MISSING)
            if name in properties:
                yield from _walk(properties[name], new[name], before_field, f"{path}.{name}" if path else name, total)
            elif isinstance(additional, Mapping):
                yield from _walk(additional, new[name], before_field, f"{path}[{name}]", total)


def _correlate(schema: Schema, old: Any) -> dict[Any, Any]:
    """Return the old items of a list of type map by their keys; those of others have none."""
    if schema.get("x-kubernetes-list-type") != "map" or not isinstance(old, list):
        return {}
    return {_key_of(schema, item): item for item in old}


def _key_of(schema: Schema, item: Any) -> Any:
    keys = schema.get("x-kubernetes-list-map-keys") or ()
    return tuple(repr(item.get(key)) for key in keys) if isinstance(item, dict) and keys else None


def _judge(rule: Mapping[str, Any], schema: Schema, new: Any, old: Any, path: str, total: Budget) -> Iterator[FieldError]:
    text, lenient = str(rule.get("rule") or ""), bool(rule.get("optionalOldSelf"))
    field, kind = path or NO_FIELD, schema.get("type") or ""
    try:
        tree = parse(text)
    except SyntaxFault as error:
        yield invalid(field, kind, f"rule compile error: {error}")
        return
    is_transition = "oldSelf" in set(list_names(tree))
    if is_transition and (old is MISSING or old is None) and not lenient:
        return
    if not is_transition and old is not MISSING and new == old:
        return  # what did not change is not judged again
    budget = Budget()
    variables = {"self": new, "oldSelf": _wrap(old) if lenient else old, BUDGET: budget}
    try:
        holds = evaluate(tree, variables)
    except CelError as error:
        yield invalid(field, kind, _tell_error(error, rule))
        return
    except OutOfBudget as error:
        why = f"no further validation rules will be run due to call cost exceeds limit for rule: {_name_rule(rule)}"
        yield invalid(field, kind, f"'{error}': {why}")
        raise
    try:
        total.spend(budget.spent)
    except OutOfBudget:
        yield invalid(field, kind, OUT_OF_BUDGET)
        raise
    if holds is not True:
        yield _make_error(rule, kind, _join(path, rule.get("fieldPath") or ""), _tell(rule, variables))


def _wrap(old: Any) -> Optional:
    return NONE if old is MISSING or old is None else Optional(old, True)


def _join(path: str, more: str) -> str:
    """Return a path with a rule's fieldPath behind it: `.a['b.c']` is `a[b.c]`."""
    text = more.replace("['", "[").replace("']", "]")
    return (path + text if path else text.removeprefix(".")) or NO_FIELD


def _tell(rule: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    """Return what is said of a broken rule: its messageExpression's text, its message, or the rule."""
    if expression := rule.get("messageExpression"):
        try:
            text = evaluate(parse(expression), variables)
        except (CelError, OutOfBudget):
            text = ""
        if isinstance(text, str) and text.strip() and "\n" not in text.strip():
            return text.strip()
    return str(rule.get("message") or "").strip() or f"failed rule: {_name_rule(rule)}"


def _name_rule(rule: Mapping[str, Any]) -> str:
    return str(rule.get("message") or rule.get("rule") or "").strip()


def _tell_error(error: CelError, rule: Mapping[str, Any]) -> str:
    if str(error) == NO_OVERLOAD:
        why = "call arguments did not match a supported operator, function or macro signature for rule"
        return f"'{error}': {why}: {_name_rule(rule)}"
    return f"{error} evaluating rule: {_name_rule(rule)}"


def _make_error(rule: Mapping[str, Any], kind: str, path: str, text: str) -> FieldError:
    reason = rule.get("reason") or "FieldValueInvalid"
    if reason == "FieldValueForbidden":
        return forbidden(path, text)
    if reason == "FieldValueRequired":
        return required(path, text)
    if reason == "FieldValueDuplicate":
        return duplicate(path, kind)
    return invalid(path, kind, text)
