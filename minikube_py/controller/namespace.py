"""namespace-controller: empties a namespace that is being deleted, then lets it go. Upstream: pkg/controller/namespace/deletion.

https://kubernetes.io/docs/concepts/overview/working-with-objects/namespaces/; pods go first (KEP-5080).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import deep_copy, set_condition
from minikube_py.client.discovery import LocalDiscovery
from minikube_py.client.object_writes import delete_exactly
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import (
    CUSTOM_RESOURCE_DEFINITIONS,
    EVENTS,
    NAMESPACES,
    PODS,
    Resource,
    resource_of_definition,
)
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
FINALIZER = "kubernetes"
GRACE = 0.5  # seconds in which who deletes a namespace and what is in it finds it still; upstream's namespaceDeletionGracePeriod is 5
LOOK_AGAIN = 8.0  # seconds; as upstream's, where finalizers hold what is left
AT_ONCE = 200  # deletions in one reconcile: then others get their turn, and whoever waits to write waits for no long commit
_FINE = (
    ("NamespaceDeletionDiscoveryFailure", "ResourcesDiscovered", "All resources successfully discovered"),
    ("NamespaceDeletionGroupVersionParsingFailure", "ParsedGroupVersions", "All legacy kube types successfully parsed"),
    ("NamespaceDeletionContentFailure", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"),
    ("NamespaceContentRemaining", "ContentRemoved", "All content successfully removed"),
    ("NamespaceFinalizersRemaining", "ContentHasNoFinalizers", "All content-preserving finalizers finished"),
)


class Remains(NamedTuple):
    """What is still in a namespace, and what could not be deleted."""

    resources: Counter[str]  # `configmaps.`, `deployments.apps` -> objects
    finalizers: Counter[str]
    failures: list[errors.StatusError]


class EnoughForNow(Exception):
    """So much was deleted that the rest waits for the next turn."""


class NamespaceController:
    """Reconciles one namespace."""

    def __init__(self, context: Context, resources: Sequence[Resource]) -> None:
        self._context, self._resources = context, resources
        self._since: dict[str, float] = {}  # when each terminating namespace was seen first, by its uid

    def reconcile(self, key: Key) -> Result:
        """Delete what is in a terminating namespace; when all is gone, take the finalizer off. Raises what a deletion met."""
        namespace = self._context.lister(NAMESPACES).get("", key.name)
        if namespace is None or not is_terminating(namespace) or FINALIZER not in (namespace["spec"].get("finalizers") or []):
            return Result()
        wait = (
            self._since.setdefault(namespace["metadata"]["uid"], self._context.clock.now()) + GRACE - self._context.clock.now()
        )
        if wait > 0:
            return Result(requeue_after=wait)
        try:
            remains = self._clear(key.name)
        except EnoughForNow:
            return Result(requeue_after=0.0)
        if remains.resources or remains.failures:
            self._tell(namespace, remains)
        else:
            self._finalize(namespace)
        if remains.failures:
            raise remains.failures[0]
        return Result(requeue_after=LOOK_AGAIN if remains.resources[_name(EVENTS)] else None)

    def _clear(self, namespace: str) -> Remains:
        """Delete what is in a namespace, or as much of it as one reconcile may. Raises EnoughForNow."""
        remains, left = Remains(Counter(), Counter(), []), AT_ONCE
        left -= self._delete_all(PODS, namespace, remains, left)
        if not remains.resources and not remains.failures:
            for resource in (*self._resources, *self._list_custom()):
                left -= self._delete_all(resource, namespace, remains, left)
        return remains

    def _list_custom(self) -> Iterable[Resource]:
        definitions = self._context.lister(CUSTOM_RESOURCE_DEFINITIONS).list()
        return [resource for resource in map(resource_of_definition, definitions) if resource.namespaced]

    def _delete_all(self, resource: Resource, namespace: str, remains: Remains, at_most: int) -> int:
        """Delete every object of a resource; count those that live on, waiting for a finalizer or the end of a grace period.

        Return how many were deleted. Raises EnoughForNow.
        """
        done = 0
        for obj in self._iterate(resource, namespace):
            answer: Object | None = obj
            if not obj["metadata"].get("deletionTimestamp"):
                if done == at_most:
                    raise EnoughForNow
                try:
                    answer = delete_exactly(self._context.client, resource, obj, "Background")
                except errors.StatusError as error:
                    remains.failures.append(error)
                    continue
                done += 1
            if answer is not None and lives_on(answer):
                remains.resources[_name(resource)] += 1
                remains.finalizers.update(answer["metadata"].get("finalizers") or ())
        return done

    def _iterate(self, resource: Resource, namespace: str) -> Iterable[Object]:
        if resource == EVENTS:  # not worth a cache, so nobody tells when one goes
            return self._context.client.iterate(EVENTS, namespace, AT_ONCE + 1)
        return self._context.lister(resource).list(namespace)

    def _tell(self, namespace: Object, remains: Remains) -> None:
        new = deep_copy(namespace)
        conditions = new.setdefault("status", {}).setdefault("conditions", [])
        stamp = format_rfc3339(self._context.clock.now())
        changed = [set_condition(conditions, condition, stamp) for condition in make_conditions(remains)]
        if any(changed):
            self._context.client.update(NAMESPACES, new, "status")

    def _finalize(self, namespace: Object) -> None:
        left = [f for f in namespace["spec"]["finalizers"] if f != FINALIZER]
        spec = {**namespace["spec"], "finalizers": left}
        try:
            self._context.client.update(NAMESPACES, {**namespace, "spec": spec}, "finalize")
            self._since.pop(namespace["metadata"]["uid"], None)
        except errors.NotFound:
            return


def _name(resource: Resource) -> str:
    return f"{resource.plural}.{resource.group}"


def is_terminating(namespace: Object) -> bool:
    """Return whether a namespace is on its way out."""
    return bool(namespace["metadata"].get("deletionTimestamp"))


def lives_on(answer: Object) -> bool:
    """Return whether the answer to a deletion, or an object that was deleted before, is still there and waits for something."""
    metadata = answer["metadata"]
    return answer.get("kind") != "Status" and bool(metadata.get("finalizers") or metadata.get("deletionGracePeriodSeconds"))


def make_conditions(remains: Remains) -> Iterable[Object]:
    """Return the five conditions, in their order, that tell how a deletion goes."""
    resources = ", ".join(f"{name} has {count} resource instances" for name, count in sorted(remains.resources.items()))
    finalizers = ", ".join(f"{name} in {count} resource instances" for name, count in sorted(remains.finalizers.items()))
    failures = ", ".join(sorted(str(error) for error in remains.failures))
    how_many = f"Failed to delete all resource types, {len(remains.failures)} remaining"
    trouble = {
        "NamespaceDeletionContentFailure": (failures, "ContentDeletionFailed", how_many),
        "NamespaceContentRemaining": (resources, "SomeResourcesRemain", "Some resources are remaining"),
        "NamespaceFinalizersRemaining": (
            finalizers,
            "SomeFinalizersRemain",
            "Some content in the namespace has finalizers remaining",
        ),
    }
    for name, reason, message in _FINE:
        what, bad_reason, why = trouble.get(name, ("", "", ""))
        if what:
            yield {"type": name, "status": "True", "reason": bad_reason, "message": f"{why}: {what}"}
        else:
            yield {"type": name, "status": "False", "reason": reason, "message": message}


def _terminating_namespace_of(obj: Object, context: Context) -> list[Key]:
    name = obj["metadata"]["namespace"]
    namespace = context.lister(NAMESPACES).get("", name)
    return [Key("", name)] if namespace is not None and is_terminating(namespace) else []


def _watch_custom(crd: Object, context: Context) -> list[Key]:
    resource = resource_of_definition(crd)
    if resource.namespaced:
        context.watch(Watch(resource, _terminating_namespace_of))
    return []


def new_controller(resources: Sequence[Resource]) -> Controller:
    """Return the controller over these namespaced resources."""
    watched = [resource for resource in resources if resource != EVENTS]
    custom = Watch(CUSTOM_RESOURCE_DEFINITIONS, _watch_custom)
    watches = (Watch(NAMESPACES), custom, *(Watch(resource, _terminating_namespace_of) for resource in watched))
    return Controller("namespace", watches, lambda context: NamespaceController(context, resources))


CONTROLLER = new_controller([i.resource for i in LocalDiscovery().list_all() if i.namespaced and "delete" in i.verbs])
