"""generic-garbage-collector: deletes what has lost its owners, and what an owner waits for. Upstream: pkg/controller/garbagecollector.

https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion

A key names any object: Key("<resource>/<namespace>", name). Which objects an owner has is remembered as the changes pass by.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.client.discovery import LocalDiscovery
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.request import MERGE_PATCH
from minikube_py.client.resources import CUSTOM_RESOURCE_DEFINITIONS, EVENTS, NAMESPACES, Resource, resource_of_definition

Object = dict[str, Any]
FOREGROUND, ORPHAN = "foregroundDeletion", "orphan"
SOLID, DANGLING, WAITING = "solid", "dangling", "waiting"


class GarbageCollector:
    """Reconciles one object as a dependent, and as an owner on its way out."""

    def __init__(self, context: Context, resources: Iterable[Resource]) -> None:
        self._context = context
        self._recorder = context.recorder("garbage-collector-controller")
        self._by_key = {resource.key: resource for resource in resources}
        self._by_kind = {(r.group, r.kind): r for r in self._by_key.values()}
        self._dependents: dict[str, dict[Key, None]] = {}  # uid of the owner -> keys
        self._owners: dict[Key, tuple[str, ...]] = {}  # key -> uids of its owners

    def add(self, resource: Resource) -> None:
        """Take on a resource that a CustomResourceDefinition serves."""
        self._by_key[resource.key] = resource
        self._by_kind[(resource.group, resource.kind)] = resource
        self._context.watch(Watch(resource, _observe))

    def observe(self, obj: Object) -> Iterator[Key]:
        """Take note of a change, given any state of the object; yield the keys that have to be looked at for it."""
        resource = self._by_kind[(_group_of(obj["apiVersion"]), obj["kind"])]
        metadata = obj["metadata"]
        key = Key(f"{resource.key}/{metadata.get('namespace', '')}", metadata["name"])
        current = self._get(key)
        self._remember(key, current)
        if current is None or current["metadata"]["uid"] != metadata["uid"]:
            yield from list(self._dependents.get(metadata["uid"], ()))
        elif self._concerns_us(current):
            yield key
        for reference in metadata.get("ownerReferences") or ():
            owner = self._find_owner(reference, obj)
            if isinstance(owner, dict) and is_deleting_dependents(owner):
                yield self._key_of(owner)

    def _remember(self, key: Key, current: Object | None) -> None:
        references = current["metadata"].get("ownerReferences") if current else None
        uids = tuple(reference["uid"] for reference in references or ())
        before = self._owners.pop(key, ())
        if uids:
            self._owners[key] = uids
        for uid in before:
            if uid not in uids and (keys := self._dependents.get(uid)) is not None:
                keys.pop(key, None)
                if not keys:
                    del self._dependents[uid]
        for uid in uids:
            self._dependents.setdefault(uid, {})[key] = None

    def _concerns_us(self, obj: Object) -> bool:
        metadata = obj["metadata"]
        if metadata.get("deletionTimestamp"):
            finalizers = metadata.get("finalizers") or ()
            return FOREGROUND in finalizers or ORPHAN in finalizers
        return any(self._classify(reference, obj) != SOLID for reference in metadata.get("ownerReferences") or ())

    def reconcile(self, key: Key) -> Result:
        """Delete the object if nobody owns it any more; see to its dependents if it waits for them. Raises StatusError."""
        obj = self._get(key)
        if obj is None:
            return Result()
        metadata = obj["metadata"]
        if metadata.get("deletionTimestamp"):
            if ORPHAN in (metadata.get("finalizers") or ()):
                self._orphan_dependents(obj)
            elif is_deleting_dependents(obj):
                self._await_dependents(obj)
        elif metadata.get("ownerReferences"):
            self._judge(obj)
        return Result()

    def _judge(self, obj: Object) -> None:
        """Decide about a living dependent: one owner that stays is enough to keep it."""
        references = obj["metadata"]["ownerReferences"]
        states = [self._classify(reference, obj) for reference in references]
        for reference, state in zip(references, states, strict=True):
            if state == DANGLING and self._is_elsewhere(reference, obj):
                self._tell_elsewhere(reference, obj)
        if SOLID in states:
            kept = [reference for reference, state in zip(references, states, strict=True) if state == SOLID]
            if len(kept) != len(references):
                self._patch(obj, {"ownerReferences": kept})
            return
        dependents = self._list_dependents(obj)
        if WAITING in states and dependents:
            if any(is_deleting_dependents(dependent) for dependent in dependents):  # a circle: each would wait for the other
                self._patch(obj, {"ownerReferences": [{**reference, "blockOwnerDeletion": False} for reference in references]})
            self._delete(obj, "Foreground")
            return
        finalizers = obj["metadata"].get("finalizers") or ()
        policy = "Orphan" if ORPHAN in finalizers else "Foreground" if FOREGROUND in finalizers else "Background"
        self._delete(obj, policy)

    def _await_dependents(self, owner: Object) -> None:
        """Go on with a foreground deletion: it ends when no dependent blocks it."""
        blocking = [d for d in self._list_dependents(owner) if _blocks(d, owner)]
        if not blocking:
            self._remove_finalizer(owner, FOREGROUND)
        for dependent in blocking:
            if not dependent["metadata"].get("deletionTimestamp"):
                self._context.enqueue(self._key_of(dependent))

    def _orphan_dependents(self, owner: Object) -> None:
        uid = owner["metadata"]["uid"]
        for dependent in self._list_dependents(owner):
            kept = [r for r in dependent["metadata"]["ownerReferences"] if r["uid"] != uid]
            self._patch(dependent, {"ownerReferences": kept or None})
        self._remove_finalizer(owner, ORPHAN)

    def _remove_finalizer(self, obj: Object, finalizer: str) -> None:
        kept = [name for name in obj["metadata"].get("finalizers") or () if name != finalizer]
        self._patch(obj, {"finalizers": kept or None})

    def _classify(self, reference: Object, dependent: Object) -> str:
        owner = self._find_owner(reference, dependent)
        if owner is None:
            return DANGLING
        is_waiting = isinstance(owner, dict) and is_deleting_dependents(owner) and reference.get("blockOwnerDeletion")
        return WAITING if is_waiting else SOLID

    def _find_owner(self, reference: Object, dependent: Object) -> Object | bool | None:
        """Return the owner, None where it is gone, True where that cannot be known: a kind that is not served, a wrong scope."""
        resource = self._by_kind.get((_group_of(reference["apiVersion"]), reference["kind"]))
        namespace = dependent["metadata"].get("namespace", "")
        if resource is None or (resource.namespaced and not namespace):
            return True
        owner = self._context.lister(resource).get(namespace if resource.namespaced else "", reference["name"])
        return owner if owner is not None and owner["metadata"]["uid"] == reference["uid"] else None

    def _is_elsewhere(self, reference: Object, dependent: Object) -> bool:
        """Return whether the owner is there, but in another namespace, which counts as not there."""
        resource = self._by_kind.get((_group_of(reference["apiVersion"]), reference["kind"]))
        if resource is None or not resource.namespaced:
            return False
        lister, name = self._context.lister(resource), reference["name"]
        namespaces = (n["metadata"]["name"] for n in self._context.lister(NAMESPACES).list())
        found = (lister.get(n, name) for n in namespaces if n != dependent["metadata"].get("namespace"))
        return any(owner is not None and owner["metadata"]["uid"] == reference["uid"] for owner in found)

    def _tell_elsewhere(self, reference: Object, dependent: Object) -> None:
        namespace = dependent["metadata"].get("namespace", "")
        kind = f"{reference['apiVersion']}/{reference['kind']}"
        identity = f"[{kind}, namespace: {namespace}, name: {reference['name']}, uid: {reference['uid']}]"
        message = f'ownerRef {identity} does not exist in namespace "{namespace}"'
        self._recorder.event(dependent, "Warning", "OwnerRefInvalidNamespace", message)

    def _list_dependents(self, owner: Object) -> list[Object]:
        found = (self._get(key) for key in self._dependents.get(owner["metadata"]["uid"], ()))
        return [obj for obj in found if obj is not None]

    def _get(self, key: Key) -> Object | None:
        resource, _, namespace = key.namespace.partition("/")
        return self._context.lister(self._by_key[resource]).get(namespace, key.name)

    def _key_of(self, obj: Object) -> Key:
        resource, metadata = self._resource_of(obj), obj["metadata"]
        return Key(f"{resource.key}/{metadata.get('namespace', '')}", metadata["name"])

    def _resource_of(self, obj: Object) -> Resource:
        return self._by_kind[(_group_of(obj["apiVersion"]), obj["kind"])]

    def _delete(self, obj: Object, policy: str) -> None:
        metadata = obj["metadata"]
        options = {"propagationPolicy": policy, "preconditions": {"uid": metadata["uid"]}}
        try:
            self._context.client.delete(self._resource_of(obj), metadata["name"], metadata.get("namespace", ""), options)
        except errors.NotFound:
            return

    def _patch(self, obj: Object, changes: Object) -> None:
        metadata = obj["metadata"]
        body = {"metadata": {"uid": metadata["uid"], "resourceVersion": metadata["resourceVersion"], **changes}}
        resource, namespace, kind = self._resource_of(obj), metadata.get("namespace", ""), MERGE_PATCH
        try:
            self._context.client.patch(resource, metadata["name"], body, namespace, content_type=kind)
        except errors.NotFound:
            return


def _group_of(api_version: str) -> str:
    return api_version.rpartition("/")[0]


def is_deleting_dependents(obj: Object) -> bool:
    """Return whether an object is being deleted in the foreground: it waits for its dependents."""
    metadata = obj["metadata"]
    return bool(metadata.get("deletionTimestamp")) and FOREGROUND in (metadata.get("finalizers") or ())


def _blocks(dependent: Object, owner: Object) -> bool:
    references = dependent["metadata"].get("ownerReferences") or ()
    return any(r["uid"] == owner["metadata"]["uid"] and r.get("blockOwnerDeletion") for r in references)


def _observe(obj: Object, context: Context) -> Iterator[Key]:
    collector: GarbageCollector = context.reconciler
    return collector.observe(obj)


def _observe_definition(crd: Object, context: Context) -> Iterator[Key]:
    collector: GarbageCollector = context.reconciler
    collector.add(resource_of_definition(crd))
    return iter(())


def new_controller(resources: Sequence[Resource]) -> Controller:
    """Return the controller over these resources, and those that CustomResourceDefinitions serve."""
    custom = Watch(CUSTOM_RESOURCE_DEFINITIONS, _observe_definition)
    watches = (custom, *(Watch(resource, _observe) for resource in resources))
    return Controller("garbagecollector", watches, lambda context: GarbageCollector(context, resources))


CONTROLLER = new_controller([i.resource for i in LocalDiscovery().list_all() if "delete" in i.verbs and i.resource != EVENTS])
