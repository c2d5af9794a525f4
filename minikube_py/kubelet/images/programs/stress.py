"""stress (polinux/stress): really uses memory and processors, one child process a worker."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import NamedTuple, NoReturn

from . import pod

_PAGE = 4096
_ENDING = (signal.SIGTERM, signal.SIGINT)
_UNITS = {"b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_TIMES = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LONG = {"-c": "--cpu", "-m": "--vm", "-i": "--io", "-t": "--timeout"}
_FLAGS = {"--vm-keep", "--verbose", "-v", "--quiet", "-q"}
_VALUES = {"--cpu", "--vm", "--io", "--timeout", "--vm-bytes", "--vm-hang", "--vm-stride", "--backoff"}


class Options(NamedTuple):
    """How many workers of each kind and what they do; `hang` None: allocate again and again; `timeout` 0: for ever."""

    cpu: int = 0
    vm: int = 0
    vm_bytes: int = 256 << 20
    hang: float | None = None
    keep: bool = False
    timeout: float = 0.0


class UsageError(ValueError):
    """Options that stress refuses."""


def parse_size(text: str) -> int:
    """Return bytes of `500M`, `1G`, `4096`. Raises UsageError."""
    unit = _UNITS.get(text[-1:].lower())
    digits = text[:-1] if unit else text
    if not digits.isdigit():
        raise UsageError(f"unrecognized suffix: {text[-1:]}" if text[:-1].isdigit() else f"not a number: {text}")
    return int(digits) * (unit or 1)


def parse_time(text: str) -> float:
    """Return seconds of `10`, `10s`, `2m`. Raises UsageError."""
    unit = _TIMES.get(text[-1:].lower())
    digits = text[:-1] if unit else text
    if not digits.isdigit():
        raise UsageError(f"not a number: {text}")
    return float(int(digits) * (unit or 1))


def parse_options(arguments: list[str]) -> Options:
    """Read the command line. Raises UsageError."""
    given: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        name, equals, value = rest.pop(0).partition("=")
        name = _LONG.get(name, name)
        if name in _FLAGS:
            given[name] = "yes"
            continue
        if name not in _VALUES:
            raise UsageError(f"unrecognized option: {name}")
        if not equals:
            if not rest:
                raise UsageError(f"missing argument to option '{name}'")
            value = rest.pop(0)
        given[name] = value
    return Options(
        cpu=parse_size(given.get("--cpu", "0")),
        vm=parse_size(given.get("--vm", "0")),
        vm_bytes=parse_size(given.get("--vm-bytes", "256M")),
        hang=parse_time(given["--vm-hang"]) if "--vm-hang" in given else None,
        keep="--vm-keep" in given,
        timeout=parse_time(given.get("--timeout", "0")),
    )


def main(arguments: list[str]) -> int:
    """Start the workers and wait; 1 when one of them is killed."""
    try:
        options = parse_options(arguments)
    except UsageError as error:
        _say("FAIL", str(error), error=True)
        return 1
    if not options.cpu and not options.vm:
        pod.write_out("Usage: stress [--cpu N] [--vm N [--vm-bytes SIZE] [--vm-hang SECONDS] [--vm-keep]] [--timeout N]\n")
        return 0
    _say("info", f"dispatching hogs: {options.cpu} cpu, 0 io, {options.vm} vm, 0 hdd")
    started = time.monotonic()
    work: list[Callable[[], NoReturn]] = [burn_cpu] * options.cpu
    work += [lambda: use_memory(options.vm_bytes, options.hang, options.keep)] * options.vm
    children: set[int] = set()
    _kill_on_signals(children)
    # A signal that came between a fork and the note of its number would leave that worker behind.
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
    for worker in work:
        children.add(_fork(worker, options.timeout))
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
    return _wait(children, started)


def _allocate(size: int) -> bytearray:
    try:
        return bytearray(size)
    except MemoryError:
        _say("FAIL", "hogvm malloc failed: Cannot allocate memory", error=True)
        os._exit(1)


def _kill_on_signals(children: set[int]) -> None:
    """Take the workers along on SIGTERM and SIGINT."""

    def stop(*_: object) -> NoReturn:
        for child in children:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    for number in _ENDING:
        signal.signal(number, stop)


def _fork(worker: Callable[[], NoReturn], timeout: float) -> int:
    child = os.fork()
    if child == 0:
        for number in _ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        if timeout:
            signal.signal(signal.SIGALRM, lambda *_: os._exit(0))
            signal.setitimer(signal.ITIMER_REAL, timeout)
        worker()
    return child


def burn_cpu() -> NoReturn:
    """Use one processor."""
    x = 0.5
    while True:
        x = (x * 3.9) * (1.0 - x)


def use_memory(size: int, hang: float | None, keep: bool) -> NoReturn:
    """Allocate and touch `size` bytes; hold them `hang` seconds (0: for ever) and begin again."""
    memory = bytearray()
    while True:
        if not memory:
            memory = _allocate(size)
        for start in range(0, size, _PAGE):
            memory[start] = 90
        if hang is not None:
            time.sleep(hang or 31_536_000)
        if not keep:
            memory = bytearray()


def _wait(children: set[int], started: float) -> int:
    """Wait for all workers; when one fails, end the others."""
    failed = False
    while children:
        child, status = os.wait()
        children.discard(child)
        if status != 0 and not failed:
            failed = True
            what = f"got signal {os.WTERMSIG(status)}" if os.WIFSIGNALED(status) else f"returned error {os.WEXITSTATUS(status)}"
            _say("FAIL", f"<-- worker {child} {what}", error=True)
            _say("WARN", "now reaping child worker processes", error=True)
            for other in children:
                os.kill(other, signal.SIGTERM)
    seconds = int(time.monotonic() - started)
    if failed:
        _say("FAIL", f"failed run completed in {seconds}s", error=True)
        return 1
    _say("info", f"successful run completed in {seconds}s")
    return 0


def _say(level: str, text: str, *, error: bool = False) -> None:
    (pod.write_error if error else pod.write_out)(f"stress: {level}: [{os.getpid()}] {text}\n")
