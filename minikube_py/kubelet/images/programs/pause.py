"""pause: waits for a signal."""

from __future__ import annotations

import signal

from . import pod


def main(arguments: list[str]) -> int:
    """Do nothing until SIGTERM or SIGINT; `-v` prints what this is."""
    if arguments[:1] == ["-v"]:
        pod.write_out("pause (minikube_py)\n")
        return 0
    pod.end_on_signals()
    while True:
        signal.pause()
