"""crd controllers: accept a definition's names, establish it, and clear away its objects when it goes.

Upstream: apiextensions-apiserver's pkg/controller/{status,establish,apiapproval,finalizer}, which are parts of its API server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import deep_copy, is_condition_true, set_condition
from minikube_py.apis.apiextensions.group_approval import is_protected, judge_approval
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CUSTOM_RESOURCE_DEFINITIONS as CRDS
from minikube_py.client.resources import Resource, resource_of_definition
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
FINALIZER = "customresourcecleanup.apiextensions.k8s.io"
CHECK_SECONDS = 5.0
_APPROVALS = {
    "missing": "MissingAnnotation",
    "invalid": "InvalidAnnotation",
    "approved": "ApprovedAnnotation",
    "bypassed": "UnapprovedAnnotation",
}


class CrdController:
    """Reconciles one definition."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._client = context.client.with_manager("kube-apiserver")

    def reconcile(self, key: Key) -> Result:
        """Bring status and finalizer to what they should be. Raises StatusError to be tried again."""
        crd = self._context.lister(CRDS).get("", key.name)
        if crd is None:
            return Result()
        if crd["metadata"].get("deletionTimestamp"):
            return self._clear(crd)
        others = [other for other in self._context.lister(CRDS).list() if other["metadata"]["uid"] != crd["metadata"]["uid"]]
        new = deep_copy(crd)
        judge_names(new, others, self._now())
        if new != crd:
            self._client.update(CRDS, new, "status")
        return Result()

    def _now(self) -> str:
        return format_rfc3339(self._context.clock.now())

    def _clear(self, crd: Object) -> Result:
        """Delete every object of a definition on its way out; the last one gone, let it go."""
        if FINALIZER not in (crd["metadata"].get("finalizers") or ()):
            return Result()
        new = deep_copy(crd)
        if is_condition_true(crd["status"].get("conditions"), "Established"):
            resource = resource_of_definition(crd)
            self._context.watch(Watch(resource, _definition_of(crd["metadata"]["name"])))
            if self._delete_instances(resource):
                self._tell(new, "True", "InstanceDeletionInProgress", "CustomResource deletion is in progress")
                if new != crd:
                    self._client.update(CRDS, new, "status")
                return Result(CHECK_SECONDS)
            self._tell(new, "False", "InstanceDeletionCompleted", "removed all instances")
        else:
            self._tell(new, "False", "NeverEstablished", "resource was never established")
        stored = self._client.update(CRDS, new, "status")
        kept = [name for name in stored["metadata"]["finalizers"] if name != FINALIZER]
        self._client.update(CRDS, {**stored, "metadata": {**stored["metadata"], "finalizers": kept}})
        return Result()

    def _delete_instances(self, resource: Resource) -> bool:
        """Return whether any object lives on."""
        client, alive = self._client, False
        for obj in client.list(resource)["items"]:
            metadata = obj["metadata"]
            try:
                if not metadata.get("deletionTimestamp"):
                    client.delete(resource, metadata["name"], metadata.get("namespace", ""))
            except errors.NotFound:
                continue
            alive = alive or bool(metadata.get("finalizers"))
        return alive

    def _tell(self, crd: Object, status: str, reason: str, message: str) -> None:
        condition = {"type": "Terminating", "status": status, "reason": reason, "message": message}
        set_condition(crd["status"].setdefault("conditions", []), condition, self._now())


def judge_names(crd: Object, others: Sequence[Object], now: str) -> None:
    """Write into a definition's status which of its names nobody else has, and the conditions that tell of it.

    Names are unique in a group; `others` are all other definitions.
    """
    status, wanted = crd.setdefault("status", {}), crd["spec"]["names"]
    before = status.get("acceptedNames") or {}
    taken = [(o.get("status") or {}).get("acceptedNames") or {} for o in others if o["spec"]["group"] == crd["spec"]["group"]]
    accepted, conflict = _accept(wanted, before, taken)
    status["acceptedNames"] = accepted
    conditions = [dict(condition) for condition in status.get("conditions") or ()]
    if conflict:
        reason, message = conflict
        set_condition(conditions, _condition("NamesAccepted", "False", reason, message), now)
    else:
        set_condition(conditions, _condition("NamesAccepted", "True", "NoConflicts", "no conflicts found"), now)
    if not is_condition_true(conditions, "Established"):
        if conflict:
            set_condition(conditions, _condition("Established", "False", "NotAccepted", "not all names are accepted"), now)
        else:
            message = "the initial names have been accepted"
            set_condition(conditions, _condition("Established", "True", "InitialNamesAccepted", message), now)
    if is_protected(crd["spec"]["group"]):
        set_condition(conditions, _tell_approval(crd), now)
    status["conditions"] = conditions


def _tell_approval(crd: Object) -> Object:
    state, why = judge_approval(crd)
    status = "True" if state == "approved" else "False"
    return _condition("KubernetesAPIApprovalPolicyConformant", status, _APPROVALS[state], why)


def _condition(type_: str, status: str, reason: str, message: str) -> Object:
    return {"type": type_, "status": status, "reason": reason, "message": message}


def _accept(wanted: Object, before: Object, taken: Sequence[Object]) -> tuple[Object, tuple[str, str] | None]:
    """Return the names to accept, and the reason and message of the last conflict."""
    resources = {name for t in taken for name in (t.get("plural"), t.get("singular"), *(t.get("shortNames") or ())) if name}
    kinds = {name for t in taken for name in (t.get("kind"), t.get("listKind")) if name}
    accepted: Object = {"kind": "", "plural": "", **before}
    conflict = None
    for word, used in (
        ("plural", resources),
        ("singular", resources),
        ("shortNames", resources),
        ("kind", kinds),
        ("listKind", kinds),
    ):
        names = wanted.get(word) or ([] if word == "shortNames" else "")
        known = before.get(word) or ()
        asked = [n for n in names if n not in known] if word == "shortNames" else [names] if names != known else []
        used_up = [f'"{name}" is already in use' for name in asked if name in used]
        if used_up:
            message = used_up[0] if len(used_up) == 1 else f"[{', '.join(used_up)}]"
            conflict = f"{word[:1].upper()}{word[1:]}Conflict", message
        elif names:
            accepted[word] = names
        else:
            accepted.pop(word, None)
    if wanted.get("categories"):
        accepted["categories"] = wanted["categories"]
    else:
        accepted.pop("categories", None)
    return accepted, conflict


def _same_group(crd: Object, context: Context) -> Iterable[Key]:
    """A definition's names matter to every other one of its group."""
    for other in context.lister(CRDS).list():
        if other["spec"]["group"] == crd["spec"]["group"]:
            yield Key("", other["metadata"]["name"])


@cache
def _definition_of(name: str) -> Callable[[Object, Context], Iterable[Key]]:
    """Return the function that maps every object of a definition to it."""
    return lambda obj, context: [Key("", name)]


CONTROLLER = Controller("customresourcedefinition", (Watch(CRDS, _same_group),), CrdController)
