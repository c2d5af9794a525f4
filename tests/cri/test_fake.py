"""The fake runtime's pods go through their phases, in an order that never varies."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from minikube_py.component_base.clock import FakeClock
from minikube_py.cri.fake import RUN_SECONDS, FakeRuntime
from minikube_py.cri.runtime import ContainerConfig, ContainerStatus, CRIError, Runtime, SandboxConfig


class Bench:
    """A fake runtime whose time the test owns."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.due: list[tuple[float, Callable[[], None]]] = []
        self.changes: list[str] = []
        self.runtime: Runtime = FakeRuntime(
            self.clock, lambda seconds, call: self.due.append((self.clock.now() + seconds, call))
        )
        self.runtime.start(self.changes.append)

    def advance(self, seconds: float) -> None:
        self.clock.advance(seconds)
        due, self.due = self.due, []
        for when, call in due:
            if when <= self.clock.now():
                call()
            else:
                self.due.append((when, call))

    def start(self, name: str = "main", **program: str) -> ContainerStatus:
        self.runtime.ensure_sandbox(SandboxConfig("pod", "default", "web", "web", "/none"))
        self.runtime.start_container(ContainerConfig("pod", name, 0, "image", (), {}, "/", "/none", program=program))
        return self.container(name)

    def container(self, name: str = "main") -> ContainerStatus:
        sandbox = self.runtime.status("pod")
        assert sandbox is not None
        return next(one for one in sandbox.containers if one.name == name)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_containers_run_at_once(bench: Bench) -> None:
    assert bench.start().state == "running"
    assert bench.changes == ["pod"]


@pytest.mark.parametrize(("code", "reason"), [("0", "Completed"), ("3", "Error")])
def test_programs_that_end_do(bench: Bench, code: str, reason: str) -> None:
    started = bench.start(exits=code)
    bench.advance(RUN_SECONDS / 2)
    assert bench.container().state == "running"
    bench.advance(RUN_SECONDS / 2)
    ended = bench.container()
    assert (ended.state, ended.exit_code, ended.reason) == ("exited", int(code), reason)
    assert ended.finished_at - started.started_at == pytest.approx(RUN_SECONDS)


def test_stop_ends_at_once(bench: Bench) -> None:
    bench.runtime.stop_container(bench.start(exits="3").id, 30)
    assert (bench.container().state, bench.container().exit_code) == ("exited", 0)
    bench.advance(RUN_SECONDS)
    assert bench.container().exit_code == 0
    assert bench.changes == ["pod", "pod"]


def test_sandboxes_come_and_go(bench: Bench) -> None:
    container = bench.start()
    with pytest.raises(CRIError, match="stop it before"):
        bench.runtime.remove_container(container.id)
    bench.runtime.stop_sandbox("pod")
    assert bench.container().state == "exited"
    with pytest.raises(CRIError, match="failed to find sandbox"):
        bench.runtime.start_container(ContainerConfig("pod", "late", 0, "image", (), {}, "/", "/none"))
    bench.runtime.remove_container(container.id)
    bench.runtime.remove_sandbox("pod")
    assert bench.runtime.list() == []


def test_addresses_differ(bench: Bench) -> None:
    pods = [bench.runtime.ensure_sandbox(SandboxConfig(f"{n}", "default", f"{n}", f"{n}", "/none")) for n in range(600)]
    assert len({pod.ip for pod in pods}) == 600


def test_what_needs_a_process_is_refused(bench: Bench) -> None:
    container = bench.start()
    with pytest.raises(CRIError, match="runs no processes"):
        bench.runtime.exec_sync(container.id, ["true"], 1)
    with pytest.raises(CRIError, match="runs no processes"):
        bench.runtime.attach(container.id, stdin=False, tty=False)
    with pytest.raises(ConnectionError, match="runs no processes"):
        bench.runtime.dial("pod", 80, 1)
