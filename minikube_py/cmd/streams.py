"""Streams between a command and a pod: logs from files, exec, attach and port-forward through the node agent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer


class PodStreams:
    """Opens streams to the pods of one cluster."""

    def __init__(self, directory: Path, server: ApiServer) -> None:
        self._directory, self._server = directory, server

    def connect(self, request: Request) -> Any:
        """Open what a connect request asks for."""
        raise NotImplementedError(request.subresource)
