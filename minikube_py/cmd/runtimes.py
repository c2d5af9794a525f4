"""Which runtime a profile's pods run in, and what makes it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minikube_py.component_base.steered_clock import SteeredClock
    from minikube_py.cri.fake import Schedule
    from minikube_py.cri.process import ProcessRuntime
    from minikube_py.cri.runtime import Runtime


def make_runtime(name: str, directory: Path, clock: SteeredClock, schedule: Schedule) -> Runtime:
    """Return the runtime of that name; `auto` takes the best that works here. `schedule(seconds, call)` is for what has no process."""
    if name == "fake":
        from minikube_py.cri.fake import FakeRuntime

        return FakeRuntime(clock, schedule)
    agent, commands = str(directory / "agent"), str(directory / "commands")
    if is_sandbox(name, directory):
        from minikube_py.cri.sandbox import SandboxRuntime, find_python_folders

        runtime: ProcessRuntime = SandboxRuntime(agent, visible=(*find_python_folders(), commands))
    else:
        from minikube_py.cri.process import ProcessRuntime

        runtime = ProcessRuntime(agent)
    runtime.tell_time = clock.to_cluster
    return runtime


def is_sandbox(name: str, directory: Path) -> bool:
    """Return whether the runtime that a profile in `directory` asks for is, on this machine, the sandbox."""
    return name == "sandbox" or (name == "auto" and is_sandbox_possible(directory.parent / "cache"))


def is_sandbox_possible(cache: Path) -> bool:
    """Return whether pods can have namespaces of their own here: tried once a boot, and remembered with the reason why not."""
    from minikube_py.cri.agent.processes import read_boot_id

    boot = read_boot_id() or "none"
    known = cache / f"sandbox-{os.getuid()}-{boot}"
    if not known.exists():
        from minikube_py.cri.sandbox import probe_sandbox

        cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        answer = probe_sandbox() or ""
        with open(os.open(known, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
            out.write(answer)
    return known.read_text() == ""
