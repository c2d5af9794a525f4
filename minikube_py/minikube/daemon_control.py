"""Starts, finds and ends a profile's daemon. A daemon holds a lock on daemon.pid as long as it lives, so a dead one is never taken for alive."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from minikube_py.cli_runtime.errors import CliError
from minikube_py.component_base import pid_lock
from minikube_py.minikube.profile import Profile

START_SECONDS = 60.0
STOP_SECONDS = 45.0


def running_pid(profile: Profile) -> int | None:
    """Return the daemon's process id, or None where none runs."""
    return pid_lock.find_holder(profile.directory / "daemon.pid")


@contextmanager
def starting(profile: Profile) -> Iterator[None]:
    """Let one start of a profile work at a time; the next one then finds it running."""
    profile.make_directory()
    with open(profile.directory / "start.lock", "a", opener=lambda p, f: os.open(p, f, 0o600)) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def start_daemon(profile: Profile) -> None:
    """Start the daemon and wait until the cluster is ready. Raises CliError with what the daemon said."""
    logs = profile.directory / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    reader, writer = os.pipe()
    descriptor = os.open(logs / "daemon.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    command = [sys.executable, "-P", "-m", "minikube_py.cmd.daemon", str(profile.directory), str(writer)]
    try:
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=descriptor,
            stderr=descriptor,
            pass_fds=(writer,),
            start_new_session=True,
            cwd=profile.directory,
            env={**_environment(), **({} if profile.load().seed is None else {"PYTHONHASHSEED": "0"})},
        )
    finally:
        os.close(descriptor)
        os.close(writer)
    answer = _read_answer(reader)
    if answer != "ready":
        raise CliError(f"the cluster did not start: {answer or f'see {logs}/daemon.log'}")


def _source_root() -> Path:
    return Path(__file__).resolve().parent.parent.parent


def _read_answer(reader: int) -> str:
    chunks = []
    while select.select([reader], [], [], START_SECONDS)[0]:
        chunk = os.read(reader, 4096)
        if not chunk:
            break
        chunks.append(chunk)
    os.close(reader)
    return b"".join(chunks).decode().strip()


def stop_daemon(profile: Profile, *, end_pods: bool) -> bool:
    """Ask the daemon to end, with its pods' processes or without, and wait for it. Return whether one ran."""
    pid = running_pid(profile)
    if pid is None:
        return False
    os.kill(pid, signal.SIGTERM if end_pods else signal.SIGHUP)
    try:
        with open(profile.directory / "daemon.pid") as file:
            signal.signal(signal.SIGALRM, _too_late)
            signal.setitimer(signal.ITIMER_REAL, STOP_SECONDS)
            fcntl.flock(file, fcntl.LOCK_SH)
            signal.setitimer(signal.ITIMER_REAL, 0)
    except FileNotFoundError:
        pass
    except TimeoutError:
        os.kill(pid, signal.SIGKILL)
    return True


def wake(profile: Profile) -> None:
    """Poke the daemon: its configuration changed."""
    from minikube_py.component_base.poke import Poker

    Poker(profile.directory / "pokes").poke()


def end_left_processes(profile: Profile) -> None:
    """End a node agent that a daemon killed by force left behind; it takes its containers with it."""
    agent = profile.directory / "agent"
    if (agent / "agent.sock").exists():
        subprocess.run([sys.executable, "-P", "-m", "minikube_py.cmd.end_agent", str(agent)], check=False, env=_environment())


def _environment() -> dict[str, str]:
    path = os.pathsep.join(p for p in (str(_source_root()), os.environ.get("PYTHONPATH", "")) if p)
    return {**os.environ, "PYTHONPATH": path}


def _too_late(number: int, frame: object) -> None:
    raise TimeoutError
