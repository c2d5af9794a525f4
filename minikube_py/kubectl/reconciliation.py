"""Roles and bindings compared with what they should be, and brought there: for `auth reconcile`."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.apimachinery.errors import AlreadyExists, Forbidden, NotFound
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.apis.rbac.rules import list_missing
from minikube_py.client.resources import NAMESPACES, Resource
from minikube_py.client.rest import Client

Object = dict[str, Any]
Objects = list[Object]
AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate"
ATTEMPTS = 3


class Outcome(NamedTuple):
    """The object as it is then, what had to be done (create, update, recreate or ""), and in which respects it was different."""

    object: Object
    operation: str = ""
    protected: bool = False
    missing_rules: Objects = []
    extra_rules: Objects = []
    missing_subjects: Objects = []
    extra_subjects: Objects = []


class Reconciler:
    """Reconciles by the requests of `client`. Without `confirm` it only finds out what it would do."""

    def __init__(self, client: Client, *, confirm: bool, remove_rules: bool, remove_subjects: bool) -> None:
        self._client, self._confirm = client, confirm
        self._remove_rules, self._remove_subjects = remove_rules, remove_subjects

    def reconcile(self, wanted: Object, resource: Resource) -> Outcome:
        """Bring one role or binding to what is wanted of it. Raises StatusError."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._reconcile(wanted, resource)
            except (AlreadyExists, NotFound):
                continue  # somebody made or deleted it meanwhile
        return self._reconcile(wanted, resource)

    def _reconcile(self, wanted: Object, resource: Resource) -> Outcome:
        metadata = wanted["metadata"]
        try:
            there = self._client.get(resource, metadata["name"], metadata.get("namespace", ""))
        except NotFound:
            outcome = Outcome(
                wanted, "create", missing_rules=wanted.get("rules") or [], missing_subjects=wanted.get("subjects") or []
            )
        else:
            if "roleRef" in there:
                outcome = compare_bindings(there, wanted, remove=self._remove_subjects)
            else:
                outcome = compare_roles(there, wanted, remove=self._remove_rules)
        if outcome.protected or not self._confirm or not outcome.operation:
            return outcome
        return outcome._replace(object=self._write(outcome, resource))

    def _write(self, outcome: Outcome, resource: Resource) -> Object:
        obj = outcome.object
        namespace = obj["metadata"].get("namespace", "")
        if outcome.operation == "update":
            return self._client.update(resource, obj)
        if outcome.operation == "recreate":
            self._client.delete(resource, obj["metadata"]["name"], namespace)
        if namespace:
            self._ensure_namespace(namespace)
        return self._client.create(resource, obj, namespace)

    def _ensure_namespace(self, name: str) -> None:
        """Make the namespace if it is not there; whoever may not look or make one is told by what comes next."""
        try:
            self._client.get(NAMESPACES, name)
            return
        except (NotFound, Forbidden):
            pass
        try:
            self._client.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
        except (AlreadyExists, Forbidden):
            return


def compare_roles(there: Object, wanted: Object, *, remove: bool) -> Outcome:
    """Return what a role lacks and has too much, and the role as it should be: with `remove`, just as wanted."""
    role, operation = _merge_metadata(there, wanted)
    known, rules = there.get("rules") or [], wanted.get("rules") or []
    aggregated = "aggregationRule" in wanted and "aggregationRule" in there
    missing, extra = ([], []) if aggregated else (list_missing(known, rules), list_missing(rules, known))
    if remove and (missing or extra):
        role["rules"], operation = rules, "update"
    elif missing:
        role["rules"], operation = known + missing, "update"
    if _reconcile_selectors(role, wanted, remove=remove):
        operation = "update"
    return Outcome(role, operation, _is_protected(there), missing, extra)


def _reconcile_selectors(role: Object, wanted: Object, *, remove: bool) -> bool:
    """Bring the selectors of an aggregated role to what is wanted; return whether that changed them."""
    known = (role.get("aggregationRule") or {}).get("clusterRoleSelectors") or []
    selectors = (wanted.get("aggregationRule") or {}).get("clusterRoleSelectors") or []
    missing, extra = _subtract(selectors, known), _subtract(known, selectors)
    if remove and (missing or extra):
        if "aggregationRule" in wanted:
            role["aggregationRule"] = wanted["aggregationRule"]
        else:
            role.pop("aggregationRule", None)
        return True
    if missing:
        role["aggregationRule"] = {"clusterRoleSelectors": known + missing}
    return bool(missing)


def compare_bindings(there: Object, wanted: Object, *, remove: bool) -> Outcome:
    """Return whom a binding lacks and has too much, and the binding as it should be; one of another role is made anew."""
    protected = _is_protected(there)
    if wanted.get("roleRef") != there["roleRef"]:
        return Outcome(wanted, "recreate", protected)
    binding, operation = _merge_metadata(there, wanted)
    known, subjects = there.get("subjects") or [], wanted.get("subjects") or []
    missing, extra = _subtract(subjects, known), _subtract(known, subjects)
    if remove and (missing or extra):
        binding["subjects"], operation = subjects, "update"
    elif missing:
        binding["subjects"], operation = known + missing, "update"
    return Outcome(binding, operation, protected, missing_subjects=missing, extra_subjects=extra)


def _subtract(some: Objects, others: Objects) -> Objects:
    return [item for item in some if item not in others]


def _merge_metadata(there: Object, wanted: Object) -> tuple[Object, str]:
    """Return a copy with the labels and annotations that are wanted besides its own, and "update" where it lacked some."""
    new = deep_copy(there)
    for field in ("annotations", "labels"):
        merged = {**(wanted["metadata"].get(field) or {}), **(there["metadata"].get(field) or {})}
        if merged:
            new["metadata"][field] = merged
    return new, "update" if new != there else ""


def _is_protected(obj: Object) -> bool:
    return bool((obj["metadata"].get("annotations") or {}).get(AUTOUPDATE) == "false")
