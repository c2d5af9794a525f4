"""Puts names right that refer to resources whose names have changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from minikube_py.cli_runtime.kustomize.config import References
from minikube_py.cli_runtime.kustomize.errors import KustomizeError
from minikube_py.cli_runtime.kustomize.field_specs import FieldSpec, change_field
from minikube_py.cli_runtime.kustomize.resid import Gvk
from minikube_py.cli_runtime.kustomize.resmap import ResMap
from minikube_py.cli_runtime.kustomize.resource import Resource
from minikube_py.cli_runtime.kustomize.scalars import is_scalar, text_of

Object = dict[str, Any]
Check = Callable[[Sequence[Resource]], bool]


def fix_references(resources: ResMap, references: References) -> None:
    """Write the current names where `references` says that names stand. Raises KustomizeError."""
    for referrer in resources:
        first, candidates = referrer.original_id.gvk, None
        for target, specs in references:
            for spec in specs:
                if not first.is_selected(spec.gvk):
                    continue
                if candidates is None:
                    candidates = _find_reachable(resources, referrer)
                _fix_field(referrer, FieldSpec(referrer.gvk, spec.path, spec.create), target, candidates)


def _find_reachable(resources: ResMap, referrer: Resource) -> list[Resource]:
    """Return what a resource may refer to: what is outside of namespaces, in its own one, or an account that a binding names."""
    own = referrer.id
    if own.cluster_scoped:
        return list(resources)
    named = _list_account_namespaces(referrer)
    return [
        r
        for r in resources
        if r.id.cluster_scoped or r.id.effective_namespace == own.effective_namespace or r.namespace in named
    ]


def _list_account_namespaces(referrer: Resource) -> set[str]:
    subjects = referrer.obj.get("subjects") if referrer.kind == "RoleBinding" else None
    accounts = [s for s in subjects or () if isinstance(s, dict) and s.get("kind") == "ServiceAccount" and "namespace" in s]
    if any(not isinstance(account["namespace"], str) for account in accounts):
        raise KustomizeError(f'Invalid Input: namespace is blank for resource "{referrer.id}"\n')
    return {account["namespace"] for account in accounts}


def _fix_field(referrer: Resource, spec: FieldSpec, target: Gvk, candidates: list[Resource]) -> None:
    search = partial(_select, referrer, spec, target)

    def change(value: Any) -> Any:
        if isinstance(value, list):
            return [change_one(item) for item in value]
        return value if value is None else change_one(value)

    def change_one(value: Any) -> Any:
        if isinstance(value, dict):
            return _change_map(value, candidates, search)
        if isinstance(value, list):
            raise KustomizeError("node is expected to be either a string or a map of string")
        found = search(text_of(value), candidates, _same_names) if value is not None else None
        return found.name if found is not None and found.name != text_of(value) else value

    try:
        change_field(referrer.obj, spec, change)
    except KustomizeError as error:
        raise error.wrap(f"updating name reference in '{spec.path}' field of '{referrer.id}'") from error


def _change_map(value: Object, candidates: list[Resource], search: Any) -> Object:
    """Change `name` and `namespace` of a reference that is a map."""
    if "name" not in value:
        raise KustomizeError("path config error; no 'name' field in node")
    name = text_of(value["name"]) if is_scalar(value["name"]) else ""
    if "namespace" in value:
        candidates = _filter_namespace(candidates, text_of(value["namespace"]))
    found = search(name, candidates, _same_ids)
    if found is None or (found.name == name and not found.namespace):
        return value
    value["name"] = found.name
    if found.namespace:
        value["namespace"] = found.namespace
    return value


def _filter_namespace(candidates: list[Resource], namespace: str) -> list[Resource]:
    first = [r for r in candidates if r.original_id.effective_namespace == namespace]
    return first or [r for r in candidates if r.id.effective_namespace == namespace and not r.id.cluster_scoped]


def _select(
    referrer: Resource, spec: FieldSpec, target: Gvk, name: str, candidates: Sequence[Resource], identical: Check
) -> Resource | None:
    """Return the one resource that had the name, None where there is none. Raises KustomizeError where there are several."""
    found = [r for r in candidates if any(i.name == name for i in r.previous_ids)]
    found = [r for r in found if any(i.gvk.is_selected(target) for i in r.previous_ids)]
    if spec.path.endswith("roleRef/name") and (role := _role_of(referrer)) is not None:
        found = [r for r in found if any(i.gvk.is_selected(role) for i in r.previous_ids)]
    found = [r for r in found if _is_near(referrer, r)]
    if len(found) == 1:
        return found[0]
    found = [r for r in found if r.shares_context(referrer, allow_empty=True)]
    if len(found) > 1:
        found = [r for r in found if r.shares_context(referrer, allow_empty=False)]
    if len(found) <= 1 or identical(found):
        return found[0] if found else None
    raise KustomizeError(_describe_choice(referrer, found))


def _role_of(referrer: Resource) -> Gvk | None:
    role = referrer.obj.get("roleRef")
    if not isinstance(role, dict) or role.get("apiGroup") is None or role.get("kind") is None:
        return None
    return Gvk(text_of(role["apiGroup"]), "", text_of(role["kind"]))


def _is_near(referrer: Resource, other: Resource) -> bool:
    mine, theirs = referrer.id, other.id
    if mine.cluster_scoped or theirs.cluster_scoped or other.kind == "ServiceAccount":
        return True
    return mine.effective_namespace == theirs.effective_namespace


def _same_names(found: Sequence[Resource]) -> bool:
    return len({r.name for r in found}) == 1


def _same_ids(found: Sequence[Resource]) -> bool:
    return len({(r.name, r.namespace) for r in found}) == 1


def _describe_choice(referrer: Resource, found: Sequence[Resource]) -> str:
    from minikube_py.cli_runtime.printers.yaml import encode_yaml

    ids = ", ".join(str(r.id) for r in found)
    lines = f"\n**** Too many possible referral targets to referrer:\n{encode_yaml(referrer.obj)}\n"
    options = "".join(f"--- possible referral {index}:\n{encode_yaml(r.obj)}\n" for index, r in enumerate(found))
    return f"found multiple possible referrals: {ids}\n{lines}{options}"
