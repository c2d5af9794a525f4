"""`vars`: $(NAME) in certain fields stands for the value of a field of a resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_paths import look_up, split_dotted
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, change_field
from minikube_py.cli_runtime.kustomize.merge_values import MISSING
from minikube_py.cli_runtime.kustomize.resid import Gvk, ResId, parse_api_version
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, text_of

Object = dict[str, Any]
_DEFAULT_PATH = "metadata.name"


def add_variables(known: dict[str, Object], resources: ResMap, incoming: Iterable[Object]) -> None:
    """Note the variables of a kustomization, and at each resource which ones it has the value of. Raises KustomizeError."""
    incoming = list(incoming)
    for variable in incoming:
        wanted = _target_of(variable)
        found = resources.find_any(wanted.equals if wanted.namespace or wanted.cluster_scoped else _by_name(wanted))
        if len(found) > 1:
            shown = _describe(variable)
            raise KustomizeError(f"found {len(found)} resId matches for var {shown} (unable to disambiguate)")
        if found:
            found[0].variables.append(variable.get("name") or "")
    merge_variables(known, {}, incoming)


def merge_variables(known: dict[str, Object], others: Mapping[str, Object], more: Iterable[Object] = ()) -> None:
    """Add variables to those that are known. Raises KustomizeError where a name stands twice."""
    for variable in (*others.values(), *more):
        name = variable.get("name") or ""
        if name in known:
            raise KustomizeError(f"var '{name}' already encountered")
        known[name] = variable


def _target_of(variable: Object) -> ResId:
    target = variable.get("objref") or {}
    gvk = Gvk(*(target.get(part) or "" for part in ("group", "version", "kind")))
    if api_version := target.get("apiVersion"):
        group, version = parse_api_version(api_version)
        gvk = Gvk(group or gvk.group, version, gvk.kind)
    return ResId(gvk, target.get("name") or "", target.get("namespace") or "")


def _by_name(wanted: ResId) -> Any:
    return lambda found: found[:2] == wanted[:2]


def _describe(variable: Object) -> str:
    """Return a variable as Go's %v prints it."""
    return f"{{{variable.get('name') or ''} {_target_of(variable).gvk} {{{_path_of(variable)}}}}}"


def describe_all(variables: Iterable[Object]) -> str:
    """Return variables as they are written, as Go's %v prints a list of them."""
    shown = []
    for variable in variables:
        target, path = variable.get("objref") or {}, (variable.get("fieldref") or {}).get("fieldPath") or ""
        gvk = Gvk(*(target.get(part) or "" for part in ("group", "version", "kind")))
        shown.append(f"{{{variable.get('name') or ''} {gvk} {{{path}}}}}")
    return f"[{' '.join(shown)}]"


def _path_of(variable: Object) -> str:
    return (variable.get("fieldref") or {}).get("fieldPath") or _DEFAULT_PATH


def resolve_variables(resources: ResMap, variables: Mapping[str, Object], specs: Sequence[FieldSpec]) -> list[str]:
    """Put values in the place of variables; return those that were never used. Raises KustomizeError."""
    values = {name: _find_value(resources, variables[name]) for name in sorted(variables)}
    used: set[str] = set()
    for resource in resources:
        for spec in specs if values else ():
            change_field(resource.obj, spec, lambda value: _expand_value(value, values, used))
    return [name for name in values if name not in used]


def _find_value(resources: ResMap, variable: Object) -> Any:
    name = variable.get("name") or ""
    for resource in resources:
        if name in resource.variables:
            parts = [_without_brackets(part) for part in split_dotted(_without_indexes(_path_of(variable)))]
            value = look_up(resource.obj, parts)
            if value is MISSING:
                raise KustomizeError(f"field specified in var '{_describe(variable)}' not found in corresponding resource")
            return value
    raise KustomizeError(f"var '{_describe(variable)}' cannot be mapped to a field in the set of known resources")


def _without_indexes(path: str) -> str:
    """Return `a[0].b` as `a.0.b`."""
    import re

    return re.sub(r"([^.\[])\[(\d+)\]", r"\1.\2", path)


def _without_brackets(part: str) -> str:
    inner = part[1:-1]
    return inner if part.startswith("[") and part.endswith("]") and inner.isdigit() else part


def _expand_value(value: Any, values: Mapping[str, Any], used: set[str]) -> Any:
    if isinstance(value, str):
        return _expand(value, values, used)
    if isinstance(value, dict):
        return {key: _expand(item, values, used) if isinstance(item, str) else item for key, item in value.items()}
    if isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            raise KustomizeError("invalid value type expect a string")
        return [_expand(item, values, used) for item in value]
    return value


def _expand(text: str, values: Mapping[str, Any], used: set[str]) -> Any:
    """Return a text with values for $(NAME); `$$` stays one dollar, and a text that is one variable becomes its value."""
    parts: list[str] = []
    position = 0
    while (dollar := text.find("$", position)) >= 0 and dollar + 1 < len(text):
        parts.append(text[position:dollar])
        following, end = text[dollar + 1], text.find(")", dollar + 2)
        if following == "(" and end >= 0:
            name = text[dollar + 2 : end]
            value = values.get(name)
            known = name in values and is_scalar(value)
            if known:
                used.add(name)
            if dollar == 0 and end == len(text) - 1:
                return value if known else text
            parts.append(text_of(value) if known else f"$({name})")
            position = end + 1
        else:
            parts.append("$" if following == "$" else f"${following}")
            position = dollar + 2
    return "".join(parts) + text[position:]
