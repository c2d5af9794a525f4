"""--profile: measures a command. What Python can measure is the time of its calls (cpu); kubectl's other profiles are of Go's runtime."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from minikube_py.cli_runtime.errors import CliError
from minikube_py.component_base.os_errors import tell_os_error

CPU = "cpu"
OF_GO = ("allocs", "block", "goroutine", "heap", "mutex", "threadcreate")


@contextmanager
def capture(name: str, path: str) -> Iterator[None]:
    """Measure what is done inside and write it to `path`, for Python's pstats. Raises CliError for an unknown profile."""
    if name in OF_GO:
        print(f"--profile={name} measures Go's runtime; this program has {CPU} only", file=sys.stderr)
        yield
        return
    if name != CPU:
        raise CliError(f"unknown profile '{name}'")
    try:
        with open(path, "wb"):
            pass
    except OSError as error:
        raise CliError(f"open {path}: {tell_os_error(error)}") from error
    import cProfile

    profile = cProfile.Profile()
    profile.enable()
    try:
        yield
    finally:
        profile.disable()
        profile.dump_stats(path)
