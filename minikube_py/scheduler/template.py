"""What pods ask of a node and of its pods, as a key: pods with the same key get the same answers from plugins of those scopes."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def template_of(pod: Object) -> str:
    """Return all that plugins of the scopes `node` and `pods` read in a pod. A plugin that reads more adds it here."""
    spec = pod["spec"]
    return repr(
        (
            spec.get("nodeName"),
            spec.get("nodeSelector"),
            (spec.get("affinity") or {}).get("nodeAffinity"),
            spec.get("tolerations"),
            spec.get("overhead"),
            [(c.get("resources"), c.get("ports")) for c in spec.get("containers") or ()],
            [(c.get("resources"), c.get("ports"), c.get("restartPolicy")) for c in spec.get("initContainers") or ()],
        )
    )
