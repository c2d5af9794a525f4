"""A home of clusters of its own for tests with real processes: run mk in it, look at its processes, wait for conditions."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

Object = dict[str, Any]
T = TypeVar("T")
ROOT = Path(__file__).resolve().parent.parent.parent
DEADLINE = 30.0  # seconds; everything waited for takes a fraction of one
_PAUSE = threading.Event()


class Outcome(NamedTuple):
    """What a command printed and its exit code."""

    stdout: str
    stderr: str
    code: int


class Home:
    """The folder that MINIKUBE_PY_HOME and KUBECONFIG name for all commands run here."""

    def __init__(self, folder: Path, profile: str = "minikube") -> None:
        self.folder = folder
        self.profile = profile
        self.directory = folder / profile
        self.kubeconfig = folder.parent / f"{folder.name}.kubeconfig"
        self.env = {
            **{k: v for k, v in os.environ.items() if k not in ("MINIKUBE_PY_DEBUG", "NO_COLOR")},
            "MINIKUBE_PY_HOME": str(folder),
            "KUBECONFIG": str(self.kubeconfig),
            "PYTHONPATH": str(ROOT),
        }

    def popen(self, *words: str, **options: Any) -> subprocess.Popen[str]:
        """Start a command."""
        pipes: Any = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        return subprocess.Popen([sys.executable, "-m", "minikube_py.cmd.mk", *words], env=self.env, text=True, **pipes)

    def mk(self, *words: str, stdin: str = "", timeout: float = 60.0) -> Outcome:
        """Run a command to its end."""
        process = self.popen(*words)
        try:
            stdout, stderr = process.communicate(stdin, timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            raise
        return Outcome(stdout, stderr, process.returncode)

    def do(self, *words: str, stdin: str = "") -> str:
        """Run a command that must succeed; return what it printed."""
        outcome = self.mk(*words, stdin=stdin)
        assert outcome.code == 0, (words, outcome)
        return outcome.stdout

    def start(self, runtime: str = "process") -> None:
        """Start the cluster."""
        self.do("start", "--runtime", runtime, "-p", self.profile)

    def apply_pod(self, name: str, script: str, **spec: Any) -> None:
        """Create a pod of one container that runs a shell script."""
        container = {"name": "main", "image": "busybox", "command": ["sh", "-c", script]}
        spec = {"terminationGracePeriodSeconds": 1, "containers": [container], **spec}
        pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": spec}
        self.do("create", "-f", "-", stdin=json.dumps(pod))

    def get(self, *words: str) -> Object:
        """Return what `mk get ... -o json` prints."""
        found: Object = json.loads(self.do("get", *words, "-o", "json"))
        return found

    def container(self, pod: str) -> Object:
        """Return the status of a pod's only container, {} where there is none yet."""
        statuses = (self.get("pod", pod).get("status") or {}).get("containerStatuses")
        return statuses[0] if statuses else {}

    def wait_running(self, pod: str, restarts: int = 0) -> Object:
        """Wait until a pod's container runs after at least so many restarts; return its status."""
        return wait_until(lambda: found if is_running(found := self.container(pod), restarts) else None)

    def wait_exit(self, pod: str) -> Object:
        """Wait until a pod's container has ended; return its terminated state."""
        return wait_until(lambda: (self.container(pod).get("state") or {}).get("terminated"))

    @property
    def daemon(self) -> int:
        """The daemon's process id."""
        return int((self.directory / "daemon.pid").read_text())

    @property
    def agent(self) -> int:
        """The node agent's process id."""
        return int((self.directory / "agent" / "agent.lock").read_text())

    def kill(self, *pids: int) -> None:
        """SIGKILL processes and wait until they are gone."""
        for pid in pids:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not any(map(is_alive, pids)))

    def processes(self) -> dict[int, str]:
        """Return every process of this home: by what stands in its environment or command line."""
        found = {}
        mark = os.fsencode(self.folder)
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_bytes()
                if command and (mark in command or mark in (entry / "environ").read_bytes()):
                    found[int(entry.name)] = command.replace(b"\0", b" ").decode(errors="replace")
        return found

    def clean_up(self) -> None:
        """End everything, however the test left it."""
        self.mk("cluster", "delete", "-p", self.profile)
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def wait_until(check: Callable[[], T | None], seconds: float = DEADLINE) -> T:
    """Ask until the answer is true, and return it; fail after the deadline."""
    end = time.monotonic() + seconds
    while not (answer := check()):
        assert time.monotonic() < end, f"not within {seconds} seconds"
        _PAUSE.wait(0.05)
    return answer


def is_running(status: Object, restarts: int) -> bool:
    """Return whether a container's status says that it runs, after at least so many restarts."""
    return "running" in (status.get("state") or {}) and status["restartCount"] >= restarts


def is_alive(pid: int) -> bool:
    """Return whether a process is there and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
