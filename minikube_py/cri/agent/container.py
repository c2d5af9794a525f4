"""One container: its process, its log, its listeners, and what became of it."""

from __future__ import annotations

import os
import signal
from typing import Any, Protocol

from minikube_py.component_base.clock import Clock
from minikube_py.cri.agent.connection import Connection
from minikube_py.cri.agent.cri_log import CRILog
from minikube_py.cri.agent.loop import Loop, Timer
from minikube_py.cri.agent.processes import drops_signal, read_process, send_signal
from minikube_py.cri.agent.program import CREATE_FAILED
from minikube_py.cri.agent.streams import Streams
from minikube_py.cri.frames import STDERR

CREATED = "created"
RUNNING = "running"
EXITED = "exited"
START_ERROR_EXIT = 128
LOST_EXIT = 255
_SLOW_LISTENER = 8 << 20
_FIRST_PAUSE_SECONDS, _LAST_PAUSE_SECONDS = 0.02, 0.5  # between two looks whether a program can be told to end


class Owner(Protocol):
    """Who keeps the container."""

    clock: Clock
    loop: Loop

    def changed(self, container: Container) -> None: ...

    def kill_members(self, container: Container) -> None: ...


class Container:
    """A container that has been asked for. `config` is a ContainerConfig as JSON, empty for one of an earlier agent."""

    def __init__(self, owner: Owner, config: dict[str, Any], environment: frozenset[bytes]) -> None:
        self._owner = owner
        self.config = config
        self.environment = environment
        self.execs: set[int] = set()
        self.listeners: list[Connection] = []
        self.oom_killed = False
        self._grace: Timer | None = None
        self._retry: Timer | None = None
        self._stop_asked = False
        self.status = new_status(config, owner.clock.now())
        self._log = CRILog(config["log_path"], int(config["log_max_bytes"]), int(config["log_max_files"]))
        self.streams = Streams(owner.loop, stdin=bool(config["stdin"]), tty=bool(config["tty"]), on_output=self._output)

    @property
    def id(self) -> str:
        """The container's id."""
        return str(self.status["id"])

    @property
    def state(self) -> str:
        """created, running or exited."""
        return str(self.status["state"])

    @property
    def pid(self) -> int:
        """The main process; 0 before the start."""
        return int(self.status["pid"])

    def started(self, pid: int) -> None:
        """The program runs."""
        process = read_process(pid)
        self.status.update(
            state=RUNNING, pid=pid, start_ticks=process.start if process else 0, started_at=self._owner.clock.now()
        )
        self._owner.changed(self)
        if self._stop_asked:
            self.signal_stop()

    def failed(self, text: str) -> None:
        """The program cannot be started."""
        self._close()
        message = CREATE_FAILED.format(text)
        finished_at = self._owner.clock.now()
        self.status.update(
            state=EXITED, exit_code=START_ERROR_EXIT, reason="StartError", message=message, finished_at=finished_at
        )
        self._owner.changed(self)

    def exited(self, status: int) -> None:
        """The main process has ended, and with it whatever else belonged to the container."""
        self._close()
        number = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
        code = 128 + number if number else os.WEXITSTATUS(status)
        reason = "OOMKilled" if self.oom_killed else "Error" if code else "Completed"
        self.status.update(state=EXITED, exit_code=code, signal=number, reason=reason, finished_at=self._owner.clock.now())
        self._owner.changed(self)

    def stop(self, grace_seconds: float) -> None:
        """Ask the main process to end, and kill everything after the grace period."""
        if self.state == EXITED:
            return
        if grace_seconds <= 0:
            self.kill()
            return
        if not self._stop_asked:
            self._stop_asked = True
            self.signal_stop()
        if self._grace is not None:
            self._grace.cancel()
        self._grace = self._owner.loop.call_later(grace_seconds, self.kill)

    def signal_stop(self, pause: float = _FIRST_PAUSE_SECONDS) -> None:
        """Send the stop signal to the main process, once there is one that is far enough in its start not to lose it.

        A real image's program handles signals milliseconds after its start; what stands in for it here may need longer.
        """
        if not self.pid or self.state != RUNNING:
            return
        number = stop_signal_number(str(self.config["stop_signal"]))
        if drops_signal(self.pid, number):
            longer = min(2 * pause, _LAST_PAUSE_SECONDS)
            self._retry = self._owner.loop.call_later(pause, lambda: self.signal_stop(longer))
        else:
            send_signal(self.pid, number)

    def kill(self) -> None:
        """SIGKILL everything that belongs to the container."""
        if self.state != EXITED:
            self._owner.kill_members(self)

    def resize(self, width: int, height: int) -> None:
        """Resize the container's terminal."""
        self.streams.resize(width, height)

    @property
    def logged_bytes(self) -> int:
        """How far its present log file has come; what is written from now on goes to who joins now."""
        return self._log.size

    def _output(self, channel: int, data: bytes) -> None:
        stream = b"stderr" if channel == STDERR else b"stdout"
        self._log.write(stream, data, int(self._owner.clock.now() * 1e9))
        for listener in tuple(self.listeners):
            if listener.queued > _SLOW_LISTENER:
                listener.close()
            else:
                listener.send_frame(channel, data)

    def _close(self) -> None:
        for timer in (self._grace, self._retry):
            if timer is not None:
                timer.cancel()
        self.streams.drain()
        self._log.close(int(self._owner.clock.now() * 1e9))


def new_status(config: dict[str, Any], now: float) -> dict[str, Any]:
    """Return the status of a container that is about to start: a ContainerStatus as JSON, and the process's `start_ticks`."""
    return {
        "id": f"{config['pod_uid']}/{config['name']}/{config['attempt']}",
        "pod_uid": config["pod_uid"],
        "name": config["name"],
        "attempt": config["attempt"],
        "image": config["image"],
        "log_path": config["log_path"],
        "state": CREATED,
        "pid": 0,
        "start_ticks": 0,
        "created_at": now,
        "started_at": 0.0,
        "finished_at": 0.0,
        "exit_code": 0,
        "signal": 0,
        "reason": "",
        "message": "",
    }


def stop_signal_number(name: str) -> int:
    """Return a signal's number by its name, with or without SIG, or by its digits; SIGTERM for what nobody knows."""
    if name.isdigit():
        return int(name)
    full = name.upper() if name.upper().startswith("SIG") else f"SIG{name.upper()}"
    return int(getattr(signal, full, signal.SIGTERM))
