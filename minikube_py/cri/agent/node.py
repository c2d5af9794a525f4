"""The agent's state, all sandboxes and containers, and what can be asked of it."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from minikube_py.component_base.clock import Clock
from minikube_py.cri.agent.children import Children
from minikube_py.cri.agent.connection import Connection
from minikube_py.cri.agent.container import EXITED, LOST_EXIT, RUNNING, Container
from minikube_py.cri.agent.errors import AgentError
from minikube_py.cri.agent.journal import Journal
from minikube_py.cri.agent.launcher import Launcher
from minikube_py.cri.agent.loop import Loop
from minikube_py.cri.agent.memory_watch import MemoryWatch
from minikube_py.cri.agent.processes import (
    HAS_PROCESS_TABLE,
    find_members,
    has_environment,
    kill_all,
    kill_group,
    list_processes,
    read_boot_id,
    read_process,
)
from minikube_py.cri.agent.sandbox import READY, STOPPED, Sandbox
from minikube_py.cri.agent.stream_ends import AttachEnd, ExecEnd
from minikube_py.cri.agent.usage_watch import UsageWatch
from minikube_py.cri.frames import END

Record = dict[str, Any]


class Node:
    """Everything the agent runs. `notify(pod uid)` is called when a pod's containers changed."""

    def __init__(self, loop: Loop, clock: Clock, journal: Journal, launcher: Launcher, notify: Callable[[str], None]) -> None:
        self.loop = loop
        self.clock = clock
        self._journal = journal
        self._launcher = launcher
        self._notify = notify
        self._children = Children(loop, self._end_with)
        self._memory = MemoryWatch(loop)
        self._usage = UsageWatch(loop, clock)
        self._sandboxes: dict[str, Sandbox] = {}
        self._containers: dict[str, Container] = {}
        self._statuses: dict[str, dict[str, Record]] = {}  # by pod uid, then container id; oldest first
        self._restore()

    # What a runtime asks

    def ensure_sandbox(self, config: Record) -> Record:
        """Make the pod's sandbox, or return it."""
        uid = config["pod_uid"]
        sandbox = self._sandboxes.get(uid)
        if sandbox is None or sandbox.state == STOPPED:
            sandbox = Sandbox(config, self.clock.now())
            self._launcher.open_sandbox(sandbox)
            self._sandboxes[uid] = sandbox
            self._statuses.setdefault(uid, {})
            self._journal.put(f"sandbox/{uid}", sandbox.to_record())
        return self._sandbox_status(sandbox)

    def stop_sandbox(self, pod_uid: str) -> None:
        """Kill the pod's containers and give back its address."""
        sandbox = self._sandboxes.get(pod_uid)
        if sandbox is None or sandbox.state == STOPPED:
            return
        for container in self._containers_of(pod_uid):
            container.kill()
        sandbox.state = STOPPED
        self._launcher.close_sandbox(sandbox)
        self._journal.put(f"sandbox/{pod_uid}", sandbox.to_record())
        self._notify(pod_uid)

    def remove_sandbox(self, pod_uid: str) -> None:
        """Forget a pod; what still runs of it is killed."""
        self.stop_sandbox(pod_uid)
        sandbox = self._sandboxes.get(pod_uid)
        if sandbox is None:
            return
        for status in self._statuses.pop(pod_uid, {}).values():
            self._launcher.remove_container(sandbox, status)
            self._journal.drop(f"container/{status['id']}")
            if status["state"] == EXITED:
                self._containers.pop(status["id"], None)
        del self._sandboxes[pod_uid]
        self._journal.drop(f"sandbox/{pod_uid}")

    def start_container(self, config: Record) -> None:
        """Start a container; nothing if it was started before."""
        sandbox = self._sandboxes.get(config["pod_uid"])
        if sandbox is None or sandbox.state != READY:
            raise AgentError(f"failed to find sandbox id {config['pod_uid']!r}: not found")
        container_id = f"{config['pod_uid']}/{config['name']}/{config['attempt']}"
        if container_id in self._statuses[sandbox.uid]:
            return
        if not config["command"]:
            raise AgentError("failed to generate container spec: no command specified")
        config = {**config, "target_pid": self._find_target(config)}
        plan = self._launcher.plan_container(sandbox, config)
        environment = frozenset(os.fsencode(f"{name}={value}") for name, value in plan.env.items())
        container = Container(self, config, environment)
        pid = self._children.spawn(plan, container.streams.child, container)
        self._containers[container_id] = container
        self._statuses[sandbox.uid][container_id] = container.status
        process = read_process(pid)
        record = {**container.status, "pid": pid, "start_ticks": process.start if process else 0}
        self._journal.put(f"container/{container_id}", record)

    def stop_container(self, container_id: str, grace_seconds: float) -> None:
        """Stop a container."""
        if container_id in self._containers:
            self._containers[container_id].stop(grace_seconds)

    def update_container(self, container_id: str, memory_limit: int | None) -> None:
        """Give a container another memory limit."""
        container = self._containers.get(container_id)
        if container is not None and container.state == RUNNING:
            container.config["memory_limit"] = memory_limit
            self._memory.add(container)

    def remove_container(self, container_id: str) -> None:
        """Forget an exited container."""
        pod_uid = container_id.split("/", 1)[0]
        status = self._statuses.get(pod_uid, {}).get(container_id)
        if status is None:
            return
        if status["state"] != EXITED:
            raise AgentError(f"container {container_id!r} is {status['state']}, stop it before removing it")
        self._launcher.remove_container(self._sandboxes[pod_uid], status)
        del self._statuses[pod_uid][container_id]
        self._containers.pop(container_id, None)
        self._journal.drop(f"container/{container_id}")

    def status(self, pod_uid: str) -> Record | None:
        """Return a pod's sandbox with its containers."""
        sandbox = self._sandboxes.get(pod_uid)
        return None if sandbox is None else self._sandbox_status(sandbox)

    def list_sandboxes(self) -> list[Record]:
        """Return all sandboxes with their containers."""
        return [self._sandbox_status(sandbox) for sandbox in self._sandboxes.values()]

    def stats(self) -> list[Record]:
        """Measure what runs."""
        return self._usage.measure()

    def exec(self, connection: Connection, request: Record) -> None:
        """Run a command in a container; the connection becomes its stream."""
        container = self._running(request["container_id"])
        sandbox = self._sandboxes[container.status["pod_uid"]]
        plan = self._launcher.plan_exec(sandbox, container, request["command"])
        if request["tty"]:
            plan = plan._replace(env={"TERM": "xterm", **plan.env})
        end = ExecEnd(connection, container, self.loop, stdin=request["stdin"], tty=request["tty"])
        self._children.spawn(plan, end.streams.child, end)
        if request.get("timeout"):
            end.limit(float(request["timeout"]), lambda: self._kill_session(self._children.pid_of(end)))
        connection.send_message({"id": request["id"], "result": None})
        connection.become_stream(end)

    def attach(self, connection: Connection, request: Record) -> None:
        """Join a container's streams."""
        container = self._running(request["container_id"])
        connection.send_message({"id": request["id"], "result": container.logged_bytes})
        connection.become_stream(AttachEnd(connection, container, stdin=request["stdin"]))

    def dial(self, connection: Connection, request: Record) -> None:
        """Answer with addresses to try from the host, or have the launcher answer with a connected descriptor."""
        sandbox = self._sandboxes.get(request["pod_uid"])
        if sandbox is None or sandbox.state != READY:
            raise AgentError(f"failed to find sandbox {request['pod_uid']!r}: not found", kind="connection")
        sock = connection.detach()
        addresses = self._launcher.dial(sandbox, int(request["port"]), float(request["timeout"]), sock, bool(request["local"]))
        if addresses:
            connection.reattach()
            connection.send_message({"id": request["id"], "result": addresses})
        else:
            connection.close()

    def listen(self, connection: Connection, request: Record) -> None:
        """Have the launcher bind a socket where pods reach it."""
        address, port, protocol = request["address"], int(request["port"]), request["protocol"]
        self._launcher.listen(address, port, protocol, connection.detach())
        connection.close()

    def shutdown(self) -> None:
        """Kill everything. Sandboxes and containers stay known as ended, for the agent that comes when the cluster is started again."""
        own = self._children.pids
        self._kill(own, [])
        kill_all(lambda: find_members(list_processes(), own, lambda _: True))
        for pod_uid in list(self._sandboxes):
            self.stop_sandbox(pod_uid)
            for container_id, status in self._statuses[pod_uid].items():
                if status["state"] != EXITED:
                    self._write_lost(f"container/{container_id}", status)

    # What containers tell

    def changed(self, container: Container) -> None:
        """Write down and pass on a container's new state."""
        uid = container.status["pod_uid"]
        if container.state == RUNNING:
            self._memory.add(container)
            self._usage.add(container)
        if container.state == EXITED:
            for listener in tuple(container.listeners):
                listener.send_frame(END, b'{"exitCode":%d}' % container.status["exit_code"])
                listener.end()
        if container.id in self._statuses.get(uid, {}):
            self._journal.put(f"container/{container.id}", container.status)
        else:
            self._containers.pop(container.id, None)  # its pod was removed meanwhile
        self._notify(uid)

    def kill_members(self, container: Container) -> None:
        """SIGKILL a container's sessions, their descendants and its strays."""
        sessions = {self._children.pid_of(container), *container.execs} - {0}
        if not sessions:
            return
        self._kill(sessions, [container])

    # Within

    def _end_with(self, pids: list[int]) -> None:
        """Kill what main processes that just ended have left behind, with one look at the process table for all."""
        ended = [container for container in self._containers.values() if container.pid in pids]
        if not ended:
            return
        self._kill({container.pid for container in ended} | {pid for container in ended for pid in container.execs}, ended)

    def _kill(self, sessions: set[int], containers: list[Container]) -> None:
        """SIGKILL whole sessions, all that descends from them, and the containers' strays."""
        if HAS_PROCESS_TABLE:
            kill_all(lambda: find_members(list_processes(), sessions, lambda pid: self._is_stray_of(pid, containers)))
            return
        for session in sessions:
            kill_group(session)

    def _is_stray_of(self, pid: int, containers: list[Container]) -> bool:
        """Return whether an orphan that left its session came from one of the containers: it still has the environment."""
        if pid in self._children.pids:
            return False
        return any(has_environment(pid, container.environment) for container in containers)

    def _kill_session(self, session: int) -> None:
        if session:
            self._kill({session}, [])

    def _running(self, container_id: str) -> Container:
        container = self._containers.get(container_id)
        if container is None:
            raise AgentError(f"failed to find container {container_id!r}: not found")
        if container.state != RUNNING:
            raise AgentError(f"container is in CONTAINER_{container.state.upper()} state")
        return container

    def _find_target(self, config: Record) -> int:
        """Return the main process of the container whose processes are to be shared, 0 for none."""
        if not config["target"]:
            return 0
        for container in self._containers_of(config["pod_uid"]):
            if container.status["name"] == config["target"] and container.state == RUNNING:
                return container.pid
        raise AgentError(f"failed to generate container spec: target container {config['target']!r} is not running")

    def _containers_of(self, pod_uid: str) -> list[Container]:
        return [self._containers[key] for key in self._statuses.get(pod_uid, {}) if key in self._containers]

    def _sandbox_status(self, sandbox: Sandbox) -> Record:
        return sandbox.to_status(list(self._statuses[sandbox.uid].values()))

    def _restore(self) -> None:
        """Take over from an earlier agent: what still runs of it lost its pipes and is killed, the rest is as it was."""
        records = self._journal.records
        same_boot = records.get("boot", {}).get("id") == read_boot_id()
        self._journal.put("boot", {"id": read_boot_id()})
        for key, record in list(records.items()):
            if key.startswith("sandbox/"):
                self._restore_sandbox(Sandbox(**record))
        for key, status in list(records.items()):
            if key.startswith("container/") and status["pod_uid"] in self._sandboxes:
                self._statuses[status["pod_uid"]][status["id"]] = status
                if status["state"] != EXITED:
                    self._report_lost(key, status, same_boot)

    def _restore_sandbox(self, sandbox: Sandbox) -> None:
        self._sandboxes[sandbox.uid] = sandbox
        self._statuses[sandbox.uid] = {}
        if sandbox.state == READY:
            self._launcher.restore_sandbox(sandbox)
            self._journal.put(f"sandbox/{sandbox.uid}", sandbox.to_record())

    def _report_lost(self, key: str, status: Record, same_boot: bool) -> None:
        process = read_process(status["pid"]) if same_boot else None
        # The leader may be gone and its session live on; its pid is then not given to anyone else.
        if same_boot and status["pid"] and (process is None or process.start == status["start_ticks"]):
            kill_all(lambda: find_members(list_processes(), {status["pid"]}, lambda _: False))
        self._write_lost(key, status)

    def _write_lost(self, key: str, status: Record) -> None:
        """Write down the end of a container that nobody saw, in containerd's words for a task whose shim it lost."""
        status.update(state=EXITED, exit_code=LOST_EXIT, reason="Unknown", finished_at=self.clock.now())
        self._journal.put(key, status)
