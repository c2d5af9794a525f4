"""validatingadmissionpolicy-status-controller: tells of each policy which generation was looked at, and which expressions cannot be right.

Upstream: pkg/controller/validatingadmissionpolicystatus and k8s.io/apiserver/pkg/admission/plugin/policy/validating/typechecking.go.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.schema import Schema, load
from minikube_py.apis import catalog
from minikube_py.apis.kind import Kind
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import ADMISSION_POLICIES

Object = dict[str, Any]
MAX_KINDS = 10


class PolicyStatusController:
    """Reconciles one policy."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def reconcile(self, key: Key) -> Result:
        """Write the status where it is not that of the present generation. Raises StatusError."""
        policy = self._context.lister(ADMISSION_POLICIES).get("", key.name)
        if policy is None:
            return Result()
        generation = policy["metadata"].get("generation", 1)
        if (policy.get("status") or {}).get("observedGeneration", 0) < generation:
            status = {"observedGeneration": generation, "typeChecking": make_type_checking(policy)}
            self._context.client.update(ADMISSION_POLICIES, {**policy, "status": status}, "status")
        return Result()


def make_type_checking(policy: Object) -> Object:
    """Return status.typeChecking: warnings of expressions that do not fit the kinds that a policy names."""
    from minikube_py.apis.admissionregistration.expressions import check_types

    objects = [(_name(kind), load(kind.schema)) for kind in list_kinds(policy)]
    warnings = check_types(policy, objects, _find_params(policy))
    return {"expressionWarnings": warnings} if warnings else {}


def _name(kind: Kind) -> str:
    return f"{kind.group}/{kind.version}, Kind={kind.kind}"


def list_kinds(policy: Object) -> list[Kind]:
    """Return the built-in kinds that a policy's rules name, the first ten of each rule; those with wildcards name none."""
    found: dict[tuple[str, str, str], Kind] = {}
    for rule in (policy["spec"].get("matchConstraints") or {}).get("resourceRules") or ():
        groups, versions = sorted(rule.get("apiGroups") or ()), sorted(rule.get("apiVersions") or ())
        if "*" in (*groups, *versions):
            continue
        resources = sorted(name for name in rule.get("resources") or () if not set(name) & set("*/"))
        asked = ((group, name, version) for group in groups for version in versions for name in resources)
        kinds = [kind for kind in (catalog.find_by_resource(*one) for one in asked) if kind is not None]
        found |= {(kind.group, kind.version, kind.kind): kind for kind in kinds[:MAX_KINDS]}
    return [found[key] for key in sorted(found)]


def _find_params(policy: Object) -> Schema | None:
    wanted = policy["spec"].get("paramKind")
    if not wanted:
        return None
    group, _, version = (wanted.get("apiVersion") or "").rpartition("/")
    kind = catalog.find_by_kind(group, wanted.get("kind") or "", version)
    return load(kind.schema) if kind is not None else None


CONTROLLER = Controller("admissionpolicystatus", (Watch(ADMISSION_POLICIES),), PolicyStatusController)
