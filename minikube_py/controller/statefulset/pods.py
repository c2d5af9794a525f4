"""Making, mending and deleting the pods and claims of a stateful set, with the events that tell of it.

Upstream: pkg/controller/statefulset's stateful_pod_control.go.
"""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.unstructured import deep_copy
from minikube_py.client.events import EventRecorder
from minikube_py.client.reconcile import Context
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PODS
from minikube_py.controller.statefulset import claims
from minikube_py.controller.statefulset.identity import (
    INDEX_LABEL,
    NAME_LABEL,
    has_identity,
    has_storage,
    make_volumes,
    ordinal_of,
    ordinals_of,
)

Object = dict[str, Any]


class StatefulPods:
    """Writes for one stateful set. `stateful_set` is as it stands, with the template of the target revision."""

    def __init__(self, context: Context, recorder: EventRecorder, stateful_set: Object) -> None:
        self._context, self._recorder, self._set = context, recorder, stateful_set

    def create(self, pod: Object) -> None:
        """Make a pod, and before it its claims. Raises StatusError."""
        try:
            self.create_claims(pod)
            self._context.client.create(PODS, pod, self._set["metadata"]["namespace"])
        except errors.AlreadyExists:
            raise
        except errors.StatusError as error:
            self._record("create", pod, error)
            raise
        self._record("create", pod)

    def delete(self, pod: Object) -> None:
        """Delete a pod. Raises StatusError."""
        metadata = pod["metadata"]
        try:
            self._context.client.delete(
                PODS, metadata["name"], metadata["namespace"], {"preconditions": {"uid": metadata["uid"]}}
            )
        except errors.StatusError as error:
            self._record("delete", pod, error)
            raise
        self._record("delete", pod)

    def mend(self, pod: Object) -> None:
        """Give a pod back its identity, volumes and claims where it has lost them. Raises StatusError."""
        has_owners = self.claims_are_owned(pod)
        if has_identity(self._set, pod) and has_storage(self._set, pod) and has_owners:
            return
        mended = deep_copy(pod)
        own = {NAME_LABEL: pod["metadata"]["name"], INDEX_LABEL: str(ordinal_of(pod))}
        mended["metadata"]["labels"] = {**(pod["metadata"].get("labels") or {}), **own}
        try:
            if not has_storage(self._set, pod):
                mended["spec"]["volumes"] = make_volumes(self._set, pod)
                self.create_claims(pod)
            self.own_claims(pod)
            self._context.client.update(PODS, mended)
        except errors.StatusError as error:
            self._record("update", pod, error)
            raise
        self._record("update", pod)

    def create_claims(self, pod: Object) -> None:
        """Make the claims of a pod that are not there. Raises StatusError, once all were tried."""
        failures = []
        for claim in claims.make_claims(self._set, ordinal_of(pod)):
            name = claim["metadata"]["name"]
            found = self._find_claim(name)
            if found is not None:
                if found["metadata"].get("deletionTimestamp"):
                    failures.append(f"pvc {name} is being deleted")
                continue
            try:
                self._context.client.create(PERSISTENT_VOLUME_CLAIMS, claim, claim["metadata"]["namespace"])
            except errors.StatusError as error:
                failures.append(f"failed to create PVC {name}: {error}")
                if not isinstance(error, errors.AlreadyExists):
                    self._record_claim(pod, name, error)
            else:
                self._record_claim(pod, name)
        if failures:
            raise errors.StatusError(failures[0] if len(failures) == 1 else f"[{', '.join(failures)}]")

    def create_missing_claims(self, pod: Object) -> None:
        """Make claims of a pending pod that are not there, and see to their owners. Raises StatusError."""
        self.create_claims(pod)
        try:
            self.own_claims(pod)
        except errors.StatusError as error:
            self._record("update", pod, error)
            raise

    def has_stale_claim(self, pod: Object) -> bool:
        """Return whether a claim of the pod is still to go with the last pod of its name."""
        return claims.policy_of(self._set)[0] and any(claims.is_stale(claim, pod) for claim in self._list_claims(pod))

    def claims_are_owned(self, pod: Object) -> bool:
        """Return whether the claims of a pod have the owners that the policy wants."""
        in_range = ordinal_of(pod) in ordinals_of(self._set)
        return all(claims.is_owner_right(claim, self._set, pod, in_range) for claim in self._list_claims(pod))

    def own_claims(self, pod: Object) -> None:
        """Give the claims of a pod the owners that the policy wants. Raises StatusError."""
        in_range = ordinal_of(pod) in ordinals_of(self._set)
        for claim in self._list_claims(pod):
            if claims.has_foreign_controller(claim, self._set, pod):
                message = claims.CONFLICT.format(claim["metadata"]["name"])
                self._recorder.event(self._set, "Warning", "ConflictingController", message)
            if claims.is_owner_right(claim, self._set, pod, in_range):
                continue
            changed = claims.set_owners(claim, self._set, pod, in_range)
            try:
                self._context.client.update(PERSISTENT_VOLUME_CLAIMS, changed)
            except errors.StatusError as error:
                name = claim["metadata"]["name"]
                raise errors.StatusError(f"could not update claim {name} for delete policy ownerRefs: {error}") from error

    def _list_claims(self, pod: Object) -> list[Object]:
        templates, ordinal = self._set["spec"].get("volumeClaimTemplates") or (), ordinal_of(pod)
        found = (self._find_claim(claims.claim_name(self._set, template, ordinal)) for template in templates)
        return [claim for claim in found if claim is not None]

    def _find_claim(self, name: str) -> Object | None:
        return self._context.lister(PERSISTENT_VOLUME_CLAIMS).get(self._set["metadata"]["namespace"], name)

    def _record(self, verb: str, pod: Object, error: Exception | None = None) -> None:
        message = f"{verb} Pod {pod['metadata']['name']} in StatefulSet {self._set['metadata']['name']}"
        if error is None:
            self._recorder.event(self._set, "Normal", f"Successful{verb.title()}", f"{message} successful")
        else:
            self._recorder.event(self._set, "Warning", f"Failed{verb.title()}", f"{message} failed error: {error}")

    def _record_claim(self, pod: Object, claim: str, error: Exception | None = None) -> None:
        who = f"Pod {pod['metadata']['name']} in StatefulSet {self._set['metadata']['name']}"
        if error is None:
            self._recorder.event(self._set, "Normal", "SuccessfulCreate", f"create Claim {claim} {who} success")
        else:
            message = f"create Claim {claim} for {who} failed error: {error}"
            self._recorder.event(self._set, "Warning", "FailedCreate", message)
