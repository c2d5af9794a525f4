"""Joins this process's stdin, stdout and stderr, or its terminal, to an exec or attach stream."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
from collections.abc import Iterator
from typing import Any, TextIO

from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.factory import Factory, Streams
from minikube_py.client.streams import STDERR, End, Output, Stream

CHUNK = 64 * 1024
HIGH_WATER = 1 << 20  # input that waits to be sent before more is read


def choose_tty(factory: Factory, *, stdin: bool, tty: bool, quiet: bool) -> bool:
    """Return whether the terminal is to be handed over; say so where one was asked for and stdin is none."""
    if not (stdin and tty):
        return False
    if factory.streams.stdin.isatty():
        return True
    if not quiet:
        factory.warn("Unable to use a TTY - input is not a terminal or the right kind of file")
    return False


def join(streams: Streams, stream: Stream, *, stdin: bool, raw: bool = False) -> End:
    """Carry bytes both ways until the stream ends, then close it. With `raw` the terminal is handed over, its size too."""
    source = InputSource(streams.stdin) if stdin else None
    session = Session(streams, stream, source)
    with contextlib.closing(stream):
        if not raw:
            return session.run(None)
        with raw_terminal(streams.stdin), watch_size() as resized:
            return session.run(resized)


def finish(end: End) -> int:
    """Return 0 for a command that ended well. Raises CliError with its exit code, or with what kept it from running."""
    if end.error:
        raise CliError(end.error)
    if end.exit_code:
        raise CliError(f"command terminated with exit code {end.exit_code}", end.exit_code, prefix="")
    return 0


class InputSource:
    """Where input comes from: a descriptor to wait on, or a stream in memory that never blocks (`fd` is -1)."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        try:
            self.fd = text.fileno()
        except OSError:
            self.fd = -1

    def read(self) -> bytes:
        """Return what is there, b"" at the end."""
        if self.fd >= 0:
            return os.read(self.fd, CHUNK)
        return self._text.buffer.read(CHUNK)


class Session:
    """One run of a stream. It waits in one place, for output, input and room to write."""

    def __init__(self, streams: Streams, stream: Stream, source: InputSource | None) -> None:
        self._streams, self._stream, self._source = streams, stream, source

    def run(self, resized: socket.socket | None) -> End:
        """Carry bytes until the end."""
        if resized is not None:
            self._send_size()
        while True:
            for event in self._stream.read():
                if isinstance(event, End):
                    return event
                self._show(event)
            if self._has_input(resized):
                self._pass_input()

    def _has_input(self, resized: socket.socket | None) -> bool:
        """Wait until there is something to do; return whether input is there."""
        source, stream = self._source, self._stream
        hungry = source is not None and stream.pending < HIGH_WATER
        if hungry and source is not None and source.fd < 0:
            return True
        readers: list[Any] = [stream]
        if resized is not None:
            readers.append(resized)
        if hungry and source is not None:
            readers.append(source.fd)
        readable, writable, _ = select.select(readers, [stream] if stream.pending else [], [])
        if writable:
            stream.flush()
        if resized is not None and resized in readable:
            resized.recv(CHUNK)
            self._send_size()
        return source is not None and source.fd in readable

    def _pass_input(self) -> None:
        assert self._source is not None
        data = self._source.read()
        if data:
            self._stream.write_stdin(data)
        else:
            self._stream.close_stdin()
            self._source = None

    def _send_size(self) -> None:
        try:
            size = os.get_terminal_size(self._streams.stdin.fileno())
        except OSError:
            return
        self._stream.resize(size.columns, size.lines)

    def _show(self, output: Output) -> None:
        write_bytes(self._streams.stderr if output.channel == STDERR else self._streams.stdout, output.data)


def write_bytes(out: TextIO, data: bytes, *, flush: bool = True) -> None:
    """Write bytes to a text stream as they are."""
    buffer = getattr(out, "buffer", None)
    if buffer is None:
        out.write(data.decode(errors="replace"))
        return
    out.flush()
    buffer.write(data)
    if flush:
        buffer.flush()


@contextlib.contextmanager
def raw_terminal(terminal: TextIO) -> Iterator[None]:
    """Hand every key over as it is typed; the terminal is as before afterwards, whatever happens."""
    import termios
    import tty

    fd = terminal.fileno()
    before = termios.tcgetattr(fd)
    try:
        tty.setraw(fd)
        yield
    finally:
        termios.tcsetattr(fd, termios.TCSADRAIN, before)


@contextlib.contextmanager
def watch_size() -> Iterator[socket.socket]:
    """Give a socket that becomes readable when the terminal's size changed."""
    reader, writer = socket.socketpair()
    writer.setblocking(False)

    def tell(number: int, frame: object) -> None:
        with contextlib.suppress(BlockingIOError):  # it will look anyway
            writer.send(b"!")

    before = signal.signal(signal.SIGWINCH, tell)
    try:
        yield reader
    finally:
        signal.signal(signal.SIGWINCH, before)
        reader.close()
        writer.close()
