"""Attaching to a container, for `attach` and for `run`."""

from __future__ import annotations

from typing import Any, NamedTuple

from minikube_py.cli_runtime.factory import Factory
from minikube_py.cli_runtime.remote_command import choose_tty, join
from minikube_py.client.streams import End

Object = dict[str, Any]

HINT = "If you don't see a command prompt, try pressing enter."


class Attachment(NamedTuple):
    """What to attach to and how. `replay`: what the container wrote before comes first."""

    pod: Object
    container: Object
    stdin: bool
    tty: bool
    quiet: bool
    replay: bool = False


def attach(factory: Factory, wanted: Attachment) -> End:
    """Join the container's streams until it ends; the End has no exit code to report: attach does not ask for it.

    Raises StatusError and StreamError where it cannot be attached to.
    """
    container, metadata = wanted.container, wanted.pod["metadata"]
    tty = wanted.tty
    if tty and not container.get("tty"):
        tty = False
        if not wanted.quiet:
            factory.warn(f"error: Unable to use a TTY - container {container['name']} did not allocate one")
    elif container.get("tty"):
        tty = True
    raw = choose_tty(factory, stdin=wanted.stdin, tty=tty, quiet=wanted.quiet)
    if not wanted.quiet:
        factory.warn(HINT)
    where = (metadata["namespace"], metadata["name"], container["name"])
    stream = factory.connection.streams.attach(*where, stdin=wanted.stdin, tty=raw, replay=wanted.replay)
    end = join(factory, stream, stdin=wanted.stdin, raw=raw)
    return End(0, end.error)
