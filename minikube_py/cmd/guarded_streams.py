"""Streams to pods for somebody who is not the cluster's owner: each is opened only to who may do that."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import Forbidden
from minikube_py.client.request import Request

if TYPE_CHECKING:
    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.client.credentials import Credentials

_SUBRESOURCES = {  # method of PodStreams -> what one must be allowed to open
    "logs": "log",
    "exec": "exec",
    "attach": "attach",
    "open_port_forward": "portforward",
    "port_forward": "portforward",
}
_ONE_OF = {"log": ("get",)}
UPGRADES = ("get", "create")  # a stream may be opened by a WebSocket's GET or by a POST; what is told of is the latter


class GuardedStreams:
    """The streams of `inner` (see client.streams.PodStreams), for the user that `credentials` stand for."""

    def __init__(self, inner: Any, server: KubeApiServer, credentials: Credentials) -> None:
        self._inner, self._server, self._credentials = inner, server, credentials

    def _check(self, namespace: str, pod: str, subresource: str) -> None:
        refusal: Forbidden | None = None
        for verb in _ONE_OF.get(subresource, UPGRADES):
            request = Request(verb, "", "v1", "pods", namespace, pod, subresource, credentials=self._credentials)
            try:
                self._server.admit(request)
                return
            except Forbidden as error:
                refusal = error
        assert refusal is not None
        raise refusal

    def connect(self, request: Request) -> Any:
        """Open what a connect request asks for. Raises Forbidden."""
        self._check(request.namespace, request.name, request.subresource)
        return self._inner.connect(request)

    def _guard(self, subresource: str, open_stream: Callable[..., Any]) -> Callable[..., Any]:
        def guarded(namespace: str, pod: str, *args: Any, **options: Any) -> Any:
            self._check(namespace, pod, subresource)
            return open_stream(namespace, pod, *args, **options)

        return guarded

    def __getattr__(self, name: str) -> Any:
        if name not in _SUBRESOURCES:  # what nobody has thought of is not let through unasked
            raise AttributeError(name)
        return self._guard(_SUBRESOURCES[name], getattr(self._inner, name))
