"""Commands on a cluster that is to repeat itself: each write waits until all that follows from it is done, whoever is quicker."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from minikube_py.apiserver.kube_apiserver import KubeApiServer
from minikube_py.client.request import Request, Response
from minikube_py.storage.sqlite import Store


class LockstepServer(KubeApiServer):
    """An API server whose writes are one commit each, after which `settle()` is called."""

    def __init__(self, store: Store, settle: Callable[[], None]) -> None:
        super().__init__(store)
        self._settle = settle

    def handle(self, request: Request) -> Response:
        """Answer one request; a write when the cluster has come to rest."""
        before = self.store.current_revision()
        answer = super().handle(request)
        if self.store.current_revision() != before:
            self._settle()
        return answer

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Let the requests inside be commits of their own."""
        yield
