"""Events of a kubelet that runs nothing: of images pulled and containers started there is nothing to tell."""

from __future__ import annotations

from minikube_py.kubelet.interfaces import EventRecorder, Object


class QuietRecorder:
    """Records warnings only."""

    def __init__(self, recorder: EventRecorder) -> None:
        self._recorder = recorder

    def event(self, obj: Object, event_type: str, reason: str, message: str, field_path: str = "") -> None:
        """Record an event about an object if it is a warning."""
        if event_type != "Normal":
            self._recorder.event(obj, event_type, reason, message, field_path)
