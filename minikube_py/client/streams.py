"""Streams between a command and a pod: logs, exec, attach, port-forward. Verbs use this protocol; `cmd` fulfils it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    import socket

STDOUT = 1
STDERR = 2


class StreamError(Exception):
    """A stream that could not be opened or broke off; kubectl prints the text after `error: `."""


class NotRunning(StreamError):
    """There is no running container to exec into or attach to."""


class LogRequest(NamedTuple):
    """Which log and what of it, as in v1.PodLogOptions. `since` is seconds since the epoch; None means no bound."""

    container: str = ""
    follow: bool = False
    previous: bool = False
    tail_lines: int | None = None
    since: float | None = None
    timestamps: bool = False
    limit_bytes: int | None = None


class Output(NamedTuple):
    """Bytes that came from the container; `channel` is STDOUT or STDERR."""

    channel: int
    data: bytes


class End(NamedTuple):
    """How the command or container ended; `error` says what went wrong where it could not even run."""

    exit_code: int
    error: str = ""


class Stream(Protocol):
    """An open exec or attach. Nothing here blocks: wait on `fileno` for reading, and for writing while `pending`."""

    def fileno(self) -> int:
        """Return the descriptor to wait on."""

    @property
    def pending(self) -> int:
        """How many bytes still wait to be written; `flush` when it becomes writable."""

    def flush(self) -> None:
        """Write as much as can be."""

    def read(self) -> list[Output | End]:
        """Return what has come. A stream that breaks off ends with an End that has an error."""

    def write_stdin(self, data: bytes) -> None:
        """Send input."""

    def close_stdin(self) -> None:
        """Say that no more input comes."""

    def resize(self, columns: int, rows: int) -> None:
        """Tell the terminal's size."""

    def close(self) -> None:
        """Let go of it."""


class PodStreams(Protocol):
    """Opens streams to a cluster's pods. All raise StatusError as the API server does, and StreamError as the kubelet does."""

    def logs(self, namespace: str, pod: str, request: LogRequest) -> Iterator[bytes]:
        """Yield a container's log piece by piece, following it to the container's end. Errors come before the first piece.

        While it follows, an empty piece says that nothing came for a while.
        """

    def exec(self, namespace: str, pod: str, container: str, command: Sequence[str], *, stdin: bool, tty: bool) -> Stream:
        """Run a command in a running container."""

    def attach(self, namespace: str, pod: str, container: str, *, stdin: bool, tty: bool, replay: bool = False) -> Stream:
        """Join a running container's own streams; with `replay`, what it wrote before comes first."""

    def open_port_forward(self, namespace: str, pod: str) -> Callable[[int], socket.socket]:
        """Begin a session with the pod; what it returns connects to a port of the pod and raises StreamError."""

    def port_forward(self, namespace: str, pod: str, port: int) -> socket.socket:
        """Connect to a port of the pod, once."""
