"""Expressions of webhooks and policies: what they can speak of, and what is wrong with them before they are evaluated.

Upstream: k8s.io/apiserver/pkg/admission/plugin/cel/compile.go.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from minikube_py.apimachinery.cel.checker import compile_expression
from minikube_py.apimachinery.cel.overloads import AUTHORIZER
from minikube_py.apimachinery.cel.types import DYN, Type, type_of_schema
from minikube_py.apimachinery.errors import FieldError, invalid

Object = dict[str, Any]
_TEXT: Object = {"type": "string"}
_TEXTS: Object = {"type": "array", "items": _TEXT}
_MAP: Object = {"type": "object", "additionalProperties": _TEXT}
_TIME: Object = {"type": "string", "format": "date-time"}


def _record(**fields: Object) -> Object:
    return {"type": "object", "properties": fields}


_KIND = _record(group=_TEXT, version=_TEXT, kind=_TEXT)
_RESOURCE = _record(group=_TEXT, version=_TEXT, resource=_TEXT)
REQUEST = _record(
    kind=_KIND,
    resource=_RESOURCE,
    subResource=_TEXT,
    requestKind=_KIND,
    requestResource=_RESOURCE,
    requestSubResource=_TEXT,
    name=_TEXT,
    namespace=_TEXT,
    operation=_TEXT,
    userInfo=_record(username=_TEXT, uid=_TEXT, groups=_TEXTS, extra={"type": "object", "additionalProperties": _TEXTS}),
    dryRun={"type": "boolean"},
    options={},
)
NAMESPACE = _record(
    metadata=_record(
        name=_TEXT,
        generateName=_TEXT,
        namespace=_TEXT,
        labels=_MAP,
        annotations=_MAP,
        UID=_TEXT,
        creationTimestamp=_TIME,
        deletionGracePeriodSeconds={"type": "integer"},
        deletionTimestamp=_TIME,
        generation={"type": "integer"},
        resourceVersion=_TEXT,
        finalizers=_TEXTS,
    ),
    spec=_record(finalizers=_TEXTS),
    status=_record(
        conditions={
            "type": "array",
            "items": _record(status=_TEXT, type=_TEXT, lastTransitionTime=_TIME, message=_TEXT, reason=_TEXT),
        },
        phase=_TEXT,
    ),
)


def list_variables(has_params: bool) -> Object:
    """Return the names that expressions can speak of, with their types."""
    names: Object = {
        "object": DYN,
        "oldObject": DYN,
        "request": REQUEST,
        "namespaceObject": NAMESPACE,
        "authorizer": AUTHORIZER,
    }
    return names | {"params": DYN} if has_params else names


def type_of_variables(known: Mapping[str, Type]) -> Type:
    """Return the type of `variables`, where these are known."""
    return Type("object", (), {"properties": dict(known)})


def type_of_expression(text: str, names: Object) -> Type:
    """Return the type of an expression's value, DYN where none is sure."""
    return compile_expression(text, names).result or DYN if text.strip() else DYN


def check_expression(text: str, path: str, names: Object, *types: str) -> Iterator[FieldError]:
    """Yield what keeps an expression from being compiled, or from giving one of `types`; without any, everything will do."""
    compiled = compile_expression(text, names)
    if compiled.issues:
        yield invalid(path, text, f"compilation failed: {compiled.issues}")
    elif types and not compiled.is_of(*types):
        wanted = types[0] if len(types) == 1 else f"one of [{' '.join(types)}]".replace("null", "null_type")
        yield invalid(path, text, f"must evaluate to {wanted} but got {compiled.result}")


def check_types(policy: Object, objects: list[tuple[str, Any]], params: Any) -> list[Object]:
    """Return what status.typeChecking says of a policy's expressions, for each kind it is about: (name, schema)."""
    found = []
    for number, rule in enumerate(policy["spec"].get("validations") or ()):
        for word in ("expression", "messageExpression"):
            told = [
                f"{name}: {issues}\n"
                for name, schema in objects
                if (issues := _find_issues(policy, rule.get(word), schema, params))
            ]
            if told:
                found.append({"fieldRef": f"spec.validations[{number}].{word}", "warning": "\n".join(told)})
    return found


def _find_issues(policy: Object, text: str | None, schema: Any, params: Any) -> str:
    if not text:
        return ""
    names = list_variables(params is not None) | {"object": type_of_schema(schema), "oldObject": type_of_schema(schema)}
    if params is not None:
        names["params"] = type_of_schema(params)
    known: dict[str, Type] = {}
    for variable in policy["spec"].get("variables") or ():
        names["variables"] = type_of_variables(known)
        known[variable["name"]] = type_of_expression(variable["expression"], names)
    names["variables"] = type_of_variables(known)
    return compile_expression(text, names).issues
