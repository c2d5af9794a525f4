"""How the binder writes: phases, both sides of a binding, and events."""

from __future__ import annotations

from typing import Any

from minikube_py.client.reconcile import Context
from minikube_py.client.resources import PERSISTENT_VOLUME_CLAIMS, PERSISTENT_VOLUMES
from minikube_py.client.volume_binding import BIND_COMPLETED, BOUND_BY_CONTROLLER, annotations_of, set_aside
from minikube_py.component_base.clock import format_rfc3339

Object = dict[str, Any]
COMPONENT = "persistentvolume-controller"


class Writes:
    """Writes only what has changed. Every method returns the object as it is now."""

    def __init__(self, context: Context) -> None:
        self._client, self._clock = context.client, context.clock
        self._recorder = context.recorder(COMPONENT)

    def tell(self, obj: Object, event_type: str, reason: str, message: str) -> None:
        """Record an event."""
        self._recorder.event(obj, event_type, reason, message)

    def bind(self, volume: Object, claim: Object) -> Object:
        """Bind the two: the volume's side first, so that a crash in between is mended from there."""
        aside = set_aside(volume, claim)
        if aside is not volume:
            volume = self._client.update(PERSISTENT_VOLUMES, aside)
        volume = self.set_volume_phase(volume, "Bound")
        name, annotations = volume["metadata"]["name"], dict(annotations_of(claim))
        if claim["spec"].get("volumeName") != name:
            annotations[BOUND_BY_CONTROLLER] = "yes"
        annotations[BIND_COMPLETED] = "yes"
        if annotations != annotations_of(claim) or claim["spec"].get("volumeName") != name:
            metadata = {**claim["metadata"], "annotations": annotations}
            claim = {**claim, "metadata": metadata, "spec": {**claim["spec"], "volumeName": name}}
            claim = self._client.update(PERSISTENT_VOLUME_CLAIMS, claim)
        return self._fill_status(claim, volume)

    def _fill_status(self, claim: Object, volume: Object) -> Object:
        status = {**(claim.get("status") or {}), "accessModes": volume["spec"].get("accessModes") or []}
        if status.get("phase") != "Bound" or not status.get("capacity"):
            status["capacity"] = volume["spec"].get("capacity") or {}
        status["phase"] = "Bound"
        return self._set_claim_status(claim, status)

    def set_claim_phase(self, claim: Object, phase: str) -> Object:
        """Say that a claim has no volume: Pending or Lost."""
        kept = {k: v for k, v in (claim.get("status") or {}).items() if k not in ("accessModes", "capacity")}
        return self._set_claim_status(claim, {**kept, "phase": phase})

    def lose_claim(self, claim: Object, reason: str, message: str) -> Object:
        """Say, once, that the volume of a claim is lost."""
        if (claim.get("status") or {}).get("phase") == "Lost":
            return claim
        lost = self.set_claim_phase(claim, "Lost")
        self.tell(lost, "Warning", reason, message)
        return lost

    def _set_claim_status(self, claim: Object, status: Object) -> Object:
        if claim.get("status") == status:
            return claim
        return self._client.update(PERSISTENT_VOLUME_CLAIMS, {**claim, "status": status}, subresource="status")

    def update_claim(self, claim: Object) -> Object:
        """Write a claim."""
        return self._client.update(PERSISTENT_VOLUME_CLAIMS, claim)

    def set_volume_phase(self, volume: Object, phase: str, message: str = "") -> Object:
        """Say what a volume is, and since when."""
        status = volume.get("status") or {}
        if (status.get("phase"), status.get("message", "")) == (phase, message):
            return volume
        changed = {key: value for key, value in status.items() if key not in ("message", "reason")} | {"phase": phase}
        if message:
            changed["message"] = message
        if status.get("phase") != phase:
            changed["lastPhaseTransitionTime"] = format_rfc3339(self._clock.now())
        return self._client.update(PERSISTENT_VOLUMES, {**volume, "status": changed}, subresource="status")

    def fail_volume(self, volume: Object, reason: str, message: str) -> Object:
        """Say, once, that a volume cannot be used again."""
        if (volume.get("status") or {}).get("phase") == "Failed":
            return volume
        failed = self.set_volume_phase(volume, "Failed", message)
        self.tell(failed, "Warning", reason, message)
        return failed

    def unbind(self, volume: Object) -> Object:
        """Free a volume: what the control plane wrote goes, what a user set aside stays for that claim."""
        spec, annotations = dict(volume["spec"]), dict(annotations_of(volume))
        if annotations.pop(BOUND_BY_CONTROLLER, None):
            spec.pop("claimRef", None)
        else:
            spec["claimRef"] = {key: value for key, value in spec["claimRef"].items() if key != "uid"}
        metadata = {**volume["metadata"], "annotations": annotations}
        freed = self._client.update(PERSISTENT_VOLUMES, {**volume, "metadata": metadata, "spec": spec})
        return self.set_volume_phase(freed, "Available")

    def delete_volume(self, volume: Object) -> None:
        """Delete a volume's object."""
        self._client.delete(PERSISTENT_VOLUMES, volume["metadata"]["name"])
