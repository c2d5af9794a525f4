"""What a transport needs of an API server in this process, and what answers to HTTP messages need of the transport."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from minikube_py.client.request import Request, Response, WatchEvent

if TYPE_CHECKING:
    from minikube_py.client.credentials import Credentials
    from minikube_py.client.http_message import HttpAnswer, HttpRequest


class Poll(Protocol):
    """A watch that can be asked."""

    @property
    def is_over(self) -> bool: ...

    def poll(self) -> list[WatchEvent]: ...


class Server(Protocol):
    """What a local transport needs of an API server."""

    def admit(self, request: Request) -> Request: ...

    def admit_connect(self, request: Request, options: Mapping[str, Any]) -> None: ...

    def handle(self, request: Request) -> Response: ...

    def open_watch(self, request: Request) -> Poll: ...

    def batch(self) -> AbstractContextManager[None]: ...

    def negotiate(self, message: HttpRequest) -> Any: ...

    def parse(self, message: HttpRequest) -> Request | None: ...

    def describe(self, message: HttpRequest, request: Request) -> HttpAnswer: ...

    def encode(self, answer: dict[str, Any], form: Any) -> bytes: ...

    def encode_event(self, event: WatchEvent, form: Any) -> bytes: ...


class Transport(Protocol):
    """Does what a message asks for."""

    @property
    def credentials(self) -> Credentials | None: ...

    def handle(self, request: Request) -> Response: ...

    def open_watch(self, request: Request, timeout: float | None) -> Iterator[WatchEvent | None]: ...

    def connect(self, request: Request) -> Any: ...
