"""Prints logs, one after the other or together as they come, each line whole and with its prefix where one is wanted."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.remote_command import write_bytes
from minikube_py.client.streams import LogRequest, StreamError
from minikube_py.kubectl.new_pods import NewPods
from minikube_py.kubectl.polymorphic.logs_for_object import LogSource

LOOK_SECONDS = 1.0
COLOURS = (32, 33, 34, 35, 36, 92, 93, 94, 95, 96)
NOT_FOLLOWED = "pod/{} is not followed: there are {} log streams already, use --max-log-requests to increase the limit"


class Manner(NamedTuple):
    """How logs are printed. `request` is the same for all; its container is filled in for each."""

    request: LogRequest
    prefix: bool = False
    colour: bool = False
    ignore_errors: bool = False
    most: int = 5


class LogPrinter:
    """Prints logs, line by line, so that lines of several never mix."""

    def __init__(self, factory: Factory, manner: Manner) -> None:
        self._factory, self._manner = factory, manner
        self._streams = factory.connection.streams
        self._lines: queue.Queue[bytes | Exception | None] = queue.Queue(maxsize=1000)
        self._running = 0
        self._colours: dict[str, int] = {}

    def print_in_turn(self, sources: Iterable[LogSource]) -> None:
        """Print one log after the other."""
        for source in sources:
            for line in self._read(source):
                write_bytes(self._factory.streams.stdout, line, flush=self._manner.request.follow)

    def print_together(self, sources: list[LogSource], new_pods: NewPods | None = None) -> None:
        """Print each line as it comes, until all logs have ended, those of new pods too. The first error ends it."""
        for source in sources:
            self._start(source)
        while True:
            if not self._running and not self._go_on_with(new_pods):
                return
            try:
                got = self._lines.get(timeout=LOOK_SECONDS if new_pods is not None else None)
            except queue.Empty:
                self._go_on_with(new_pods)
                continue
            if isinstance(got, Exception):
                raise got
            if got is None:
                self._running -= 1
            else:
                write_bytes(self._factory.streams.stdout, got)

    def _go_on_with(self, new_pods: NewPods | None) -> bool:
        """Follow pods that have come; return whether there is anything to wait for."""
        if new_pods is None:
            return False
        for source in new_pods.find_logs():
            if self._running < self._manner.most:
                self._start(source)
            else:
                self._factory.warn(NOT_FOLLOWED.format(source.pod, self._running))
        return self._running > 0 or new_pods.waiting

    def _start(self, source: LogSource) -> None:
        self._running += 1
        threading.Thread(target=self._pass_on, args=(source,), daemon=True).start()

    def _pass_on(self, source: LogSource) -> None:
        try:
            for line in self._read(source):
                self._lines.put(line)
            self._lines.put(None)
        except (StatusError, StreamError, CliError, OSError) as error:
            self._lines.put(error)

    def _read(self, source: LogSource) -> Iterator[bytes]:
        """Yield the lines of one log with their prefix, or the error in its place where errors are to be ignored."""
        prefix = self._make_prefix(source) if self._manner.prefix else b""
        request = self._manner.request._replace(container=source.container)
        try:
            for line in join_lines(self._streams.logs(source.namespace, source.pod, request)):
                yield prefix + line
        except StatusError as error:
            if not self._manner.ignore_errors:
                raise
            yield f"error: {error.message}\n".encode()

    def _make_prefix(self, source: LogSource) -> bytes:
        text = f"[pod/{source.pod}/{source.container}]"
        if self._manner.colour:
            colour = self._colours.setdefault(source.pod, COLOURS[len(self._colours) % len(COLOURS)])
            text = f"\x1b[{colour}m{text}\x1b[0m"
        return f"{text} ".encode()


def join_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield whole lines of what comes in pieces; what stands after the last newline comes at the end."""
    begun: list[bytes] = []
    for piece in filter(None, pieces):
        begun.append(piece)
        if piece.endswith(b"\n"):
            yield b"".join(begun)
            begun.clear()
    if begun:
        yield b"".join(begun)
