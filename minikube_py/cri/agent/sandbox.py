"""A pod's sandbox as the agent keeps it."""

from __future__ import annotations

from typing import Any

READY = "ready"
STOPPED = "stopped"


class Sandbox:
    """What the pod's containers share. `config` is a SandboxConfig as JSON; `network` is the launcher's own affair."""

    def __init__(self, config: dict[str, Any], created_at: float, ip: str = "", state: str = READY) -> None:
        self.config = config
        self.created_at = created_at
        self.ip = ip
        self.state = state

    @property
    def uid(self) -> str:
        """The pod's uid."""
        return str(self.config["pod_uid"])

    def to_record(self) -> dict[str, Any]:
        """Return what the journal keeps."""
        return {"config": self.config, "created_at": self.created_at, "ip": self.ip, "state": self.state}

    def to_status(self, containers: list[dict[str, Any]]) -> dict[str, Any]:
        """Return a SandboxStatus as JSON."""
        return {
            "pod_uid": self.uid,
            "namespace": self.config["namespace"],
            "name": self.config["name"],
            "state": self.state,
            "ip": self.ip,
            "created_at": self.created_at,
            "containers": containers,
        }
