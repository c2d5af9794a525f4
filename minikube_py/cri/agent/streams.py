"""The agent's ends of a process's stdin, stdout, stderr or terminal."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import struct
import termios
from collections.abc import Callable

from minikube_py.cri.agent.children import Stdio
from minikube_py.cri.agent.loop import READ, WRITE, Loop
from minikube_py.cri.frames import STDERR, STDOUT

CHUNK = 64 * 1024
_LEFT_IN_PIPE = 1 << 20  # the most that a pipe can hold after its writer's end


class InputPipe:
    """Writes to a process without ever blocking; what it does not take yet waits here."""

    def __init__(self, loop: Loop, fd: int) -> None:
        self._loop = loop
        self._fd = fd
        self._waiting = bytearray()
        self._ending = False
        self.on_drained: Callable[[], None] | None = None
        os.set_blocking(fd, False)

    @property
    def waiting(self) -> int:
        """How many bytes the process has not taken yet."""
        return len(self._waiting)

    def write(self, data: bytes) -> None:
        """Hand bytes to the process; nothing once it has closed its end."""
        if self._fd >= 0 and not self._ending:
            self._waiting += data
            self._flush()

    def end(self) -> None:
        """Close after all has been written."""
        self._ending = True
        self._flush()

    def close(self) -> None:
        """Close now."""
        if self._fd >= 0:
            self._loop.unwatch(self._fd)
            os.close(self._fd)
            self._fd = -1
            self._waiting.clear()

    def _flush(self) -> None:
        try:
            while self._waiting and self._fd >= 0:
                del self._waiting[: os.write(self._fd, self._waiting[:CHUNK])]
        except BlockingIOError:
            self._loop.watch(self._fd, WRITE, lambda _: self._flush())
            return
        except OSError:  # EPIPE, or EIO of a terminal: the process no longer reads
            self.close()
        if self._fd >= 0:
            self._loop.watch(self._fd, 0, lambda _: None)
            if self._ending:
                self.close()
        if self.on_drained is not None:
            self.on_drained()


class OutputPipe:
    """Reads what a process writes."""

    def __init__(self, loop: Loop, fd: int, on_data: Callable[[bytes], None]) -> None:
        self._loop = loop
        self._fd = fd
        self._on_data = on_data
        os.set_blocking(fd, False)
        self.resume()

    def pause(self) -> None:
        """Let the process wait."""
        if self._fd >= 0:
            self._loop.unwatch(self._fd)

    def resume(self) -> None:
        """Read again."""
        if self._fd >= 0:
            self._loop.watch(self._fd, READ, self._ready)

    def drain(self) -> None:
        """Read what is there of a process that ended, then close. Others may still hold its end: they are not waited for."""
        left = _LEFT_IN_PIPE
        while self._fd >= 0 and left > 0:
            count = self._read()
            if count < 0:
                break
            left -= count
        self.close()

    def close(self) -> None:
        """Stop reading; a writer gets SIGPIPE."""
        if self._fd >= 0:
            self._loop.unwatch(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _ready(self, _: int) -> None:
        self._read()

    def _read(self) -> int:
        """Read once; return the count, -1 when there is nothing now."""
        try:
            data = os.read(self._fd, CHUNK)
        except BlockingIOError:
            return -1
        except OSError as error:
            if error.errno != errno.EIO:  # how a terminal says end of file
                raise
            data = b""
        if not data:
            self.close()
            return 0
        self._on_data(data)
        return len(data)


class Streams:
    """The agent's ends of one process's streams; `on_output(channel, data)` gets what it writes."""

    def __init__(self, loop: Loop, *, stdin: bool, tty: bool, on_output: Callable[[int, bytes], None]) -> None:
        self.input: InputPipe | None = None
        self.outputs: list[OutputPipe] = []
        self._terminal = -1
        if tty:
            self.child = self._open_terminal(loop, stdin, on_output)
        else:
            self.child = self._open_pipes(loop, stdin, on_output)

    def _open_terminal(self, loop: Loop, stdin: bool, on_output: Callable[[int, bytes], None]) -> Stdio:
        self._terminal, slave = os.openpty()
        self.outputs.append(OutputPipe(loop, os.dup(self._terminal), lambda data: on_output(STDOUT, data)))
        if stdin:
            self.input = InputPipe(loop, os.dup(self._terminal))
        return Stdio(slave, slave, slave, tty=True)

    def _open_pipes(self, loop: Loop, stdin: bool, on_output: Callable[[int, bytes], None]) -> Stdio:
        if stdin:
            child_in, own = os.pipe()
            self.input = InputPipe(loop, own)
        else:
            child_in = os.open(os.devnull, os.O_RDONLY)
        out, child_out = os.pipe()
        err, child_err = os.pipe()
        self.outputs.append(OutputPipe(loop, out, lambda data: on_output(STDOUT, data)))
        self.outputs.append(OutputPipe(loop, err, lambda data: on_output(STDERR, data)))
        return Stdio(child_in, child_out, child_err)

    def resize(self, width: int, height: int) -> None:
        """Tell the terminal its size; the program gets SIGWINCH."""
        if self._terminal >= 0:
            with contextlib.suppress(OSError, struct.error):
                fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))

    def end_input(self) -> None:
        """Close stdin after what was written; a terminal stays open, as there is no half of it to close."""
        if self.input is not None and self._terminal < 0:
            self.input.end()

    def drain(self) -> None:
        """Take the last output of a process that ended, and close everything."""
        for output in self.outputs:
            output.drain()
        self.close()

    def close(self) -> None:
        """Close everything; processes on a terminal get SIGHUP."""
        for output in self.outputs:
            output.close()
        if self.input is not None:
            self.input.close()
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1
