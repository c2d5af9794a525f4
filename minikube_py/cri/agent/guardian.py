"""A parent for the agent that only waits: when the agent ends, however suddenly, it kills what the agent has left behind."""

from __future__ import annotations

import contextlib
import os
import signal

from minikube_py.cri.agent.processes import become_subreaper, find_descendants, kill_all, list_processes


def protect() -> None:
    """Fork: return in the child, which is to become the agent; the parent waits for it, cleans up and never returns.

    Without subreapers (macOS) there is no guardian: orphans of a killed agent are found by the next one's journal.
    """
    if not become_subreaper():
        return
    agent = os.fork()
    if agent:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda received, _: os.kill(agent, received))
        _guard(agent)


def _guard(agent: int) -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, 0)[0] != agent:
            pass
    me = os.getpid()
    kill_all(lambda: find_descendants(list_processes(), me))
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, 0):
            pass
    os._exit(0)
