"""Changes of the cluster that may let a waiting pod in. Upstream: cluster events and queueing hints (KEP-4247)."""

from __future__ import annotations

from typing import Any, NamedTuple

Object = dict[str, Any]
NODE, POD, WAITING = "Node", "assigned Pod", "waiting Pod"
CLAIM, VOLUME, STORAGE_CLASS, CSI_NODE = "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "CSINode"


class Event(NamedTuple):
    """What changed, how it was before and how it is now. None: it was not there; it is gone, or finished.

    Before and after are told apart for nodes and pods only. A waiting pod's own change is no concern of others.
    """

    what: str
    before: Object | None
    after: Object | None

    @property
    def is_gone(self) -> bool:
        """Whether it is there no longer."""
        return self.after is None
