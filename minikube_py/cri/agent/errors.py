"""What the agent refuses, in a form that travels."""

from __future__ import annotations


class AgentError(Exception):
    """A refused request. `kind` is cri, connection or timeout; `reason` is the waiting reason of a kind cri."""

    def __init__(self, message: str, *, kind: str = "cri", reason: str = "CreateContainerError") -> None:
        super().__init__(message)
        self.kind = kind
        self.reason = reason
