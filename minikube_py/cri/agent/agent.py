"""The agent as a whole: lock, socket, journal, node, loop."""

from __future__ import annotations

import fcntl
import gc
import os
import signal
from collections.abc import Callable
from typing import NamedTuple

from minikube_py.component_base.clock import RealClock
from minikube_py.cri.agent.directory_watch import watch_directory
from minikube_py.cri.agent.journal import Journal
from minikube_py.cri.agent.launcher import HostLauncher, Launcher
from minikube_py.cri.agent.loop import Loop
from minikube_py.cri.agent.node import Node
from minikube_py.cri.agent.processes import become_subreaper
from minikube_py.cri.agent.server import SOCKET, Server

LOCK = "agent.lock"
START_LOCK = "start.lock"
JOURNAL = "journal.jsonl"
READY_WORD = b"ready\n"
BUSY_WORD = b"busy\n"


class Options(NamedTuple):
    """What a runtime wants of its agent: the launcher (process or sandbox), the pods' subnet, what all containers see."""

    kind: str
    subnet: str
    visible: tuple[str, ...]


def run_agent(directory: str, options: Options, ready: Callable[[bytes], None]) -> None:
    """Serve until shut down. `ready` is told READY_WORD once clients may connect, BUSY_WORD if another agent has the folder."""
    os.chdir(directory)
    # One start at a time: who comes second waits here until the first one serves, and then finds the folder taken.
    starting = os.open(START_LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(starting, fcntl.LOCK_EX)
    lock = os.open(LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        ready(BUSY_WORD)
        return
    os.ftruncate(lock, 0)
    os.write(lock, f"{os.getpid()}\n".encode())
    become_subreaper()
    os.umask(0o022)
    loop = Loop()
    server = Server(loop, loop.stop)
    journal = Journal(JOURNAL)
    node = Node(loop, RealClock(), journal, _make_launcher(options), server.notify)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: loop.stop())
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    watch_directory(loop, os.getcwd(), SOCKET, loop.stop)
    server.serve(node)
    ready(READY_WORD)
    os.close(starting)
    gc.freeze()  # what is there now stays: forks share it
    loop.run()
    node.shutdown()
    journal.close()
    server.stop()
    os.close(lock)  # before clients are told that all is over: the next agent may then begin
    server.close()


def _make_launcher(options: Options) -> Launcher:
    if options.kind == "sandbox":
        from minikube_py.cri.agent.namespaces import NamespaceLauncher

        return NamespaceLauncher(options.subnet, options.visible, os.path.realpath("../.."))  # this is CLUSTERS/NAME/agent
    return HostLauncher(options.subnet)
