"""The sandbox runtime: containers in Linux namespaces without root, with a root, network address and hostname of their own.

All but the launcher is shared with the process runtime.
"""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import threading
from pathlib import Path

from minikube_py.cri.process import ProcessRuntime
from minikube_py.cri.runtime import ContainerConfig, ContainerStatus, CRIError, SandboxConfig

_PROBE_SECONDS = 20.0


class SandboxRuntime(ProcessRuntime):
    """Runs pods in namespaces through the node agent of `directory`. All containers see the host folders `visible`."""

    name = "sandbox"
    runs_processes = True
    shortfall = ""

    def __init__(self, directory: str, subnet: str = "10.244.0.0/16", visible: tuple[str, ...] | None = None) -> None:
        super().__init__(directory, subnet, find_python_folders() if visible is None else visible)

    def listen(self, address: str, port: int, protocol: str = "TCP") -> socket.socket:
        """Return a bound socket at any address of the pods' network, such as a ClusterIP: what a proxy or DNS serves on.

        The address stays the node's until the agent ends. Raises OSError.
        """
        request = {"op": "listen", "address": address, "port": port, "protocol": protocol}
        made = self._agent.ask_descriptor(request)[1]
        assert made is not None
        return made


def find_python_folders() -> tuple[str, ...]:
    """Return the folders that this Python and this package need to run."""
    return tuple(dict.fromkeys((sys.prefix, sys.base_prefix, str(Path(__file__).parents[1]))))


def probe_sandbox() -> str | None:
    """Return why the sandbox runtime does not work here, or None if it does. Finds out by running a container."""
    if sys.platform != "linux":
        return "the sandbox runtime needs Linux"
    with tempfile.TemporaryDirectory(prefix="mk-probe-") as directory:
        runtime = SandboxRuntime(os.path.join(directory, "agent"))
        try:
            ended = _run_true(runtime, directory)
        except (CRIError, OSError) as error:
            return str(error)
        finally:
            runtime.shutdown()
    if ended is None:
        return f"a container did not end within {_PROBE_SECONDS:g} seconds"
    return None if ended.exit_code == 0 else ended.message or f"a container ended with exit code {ended.exit_code}"


def _run_true(runtime: SandboxRuntime, directory: str) -> ContainerStatus | None:
    changed = threading.Semaphore(0)
    runtime.start(lambda _: changed.release())
    pod = os.path.join(directory, "pod")
    os.mkdir(pod)
    runtime.ensure_sandbox(SandboxConfig("probe", "default", "probe", "probe", pod, hosts="127.0.0.1 localhost\n"))
    log = os.path.join(directory, "log")
    runtime.start_container(ContainerConfig("probe", "probe", 0, "probe", ("true",), {}, "/", log))
    while changed.acquire(timeout=_PROBE_SECONDS):
        sandbox = runtime.status("probe")
        if sandbox is not None and sandbox.containers[0].state == "exited":
            return sandbox.containers[0]
    return None
