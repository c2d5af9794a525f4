"""The namespaces of the cluster (one node namespace) and of pods, whose networks are joined to the node's by routed /32 veths.

Everything here runs in a short-lived fork, because a process cannot come back from a user namespace; what it made is handed
to the agent as descriptors, which keep it alive: when they are closed and the last process has ended, it is gone.
"""

from __future__ import annotations

import array
import contextlib
import json
import os
import signal
import socket
from collections.abc import Callable, Sequence
from typing import NamedTuple, NoReturn

from minikube_py.cri.agent.children import prepare_child
from minikube_py.cri.agent.errors import AgentError
from minikube_py.cri.agent.linux import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    sethostname,
    setns,
    unshare,
)
from minikube_py.cri.agent.netlink import LOOPBACK, Netlink

GATEWAY = "169.254.1.1"
_POD_LINK = 2
_FIRST_NODE_LINK = 10


class NodeNamespace(NamedTuple):
    """Descriptors of the cluster's namespaces; `user` is -1 for root, who needs none."""

    user: int
    network: int

    def enter_user(self) -> None:
        """Become the root of the user namespace."""
        if self.user >= 0:
            setns(self.user, CLONE_NEWUSER)


class PodNamespaces(NamedTuple):
    """Descriptors of a pod's namespaces; -1 for a network that is the host's, and for processes that are not shared."""

    uts: int
    ipc: int
    network: int
    pid: int
    pause: int  # the process that holds a shared PID namespace, 0 without

    def enter(self) -> None:
        """Join the pod; the PID namespace counts for children only."""
        flags = (CLONE_NEWUTS, CLONE_NEWIPC, CLONE_NEWNET, CLONE_NEWPID)
        for descriptor, flag in zip((self.uts, self.ipc, self.network, self.pid), flags, strict=True):
            if descriptor >= 0:
                setns(descriptor, flag)

    def close(self) -> None:
        """Let the pod's namespaces go, and kill what holds its PID namespace."""
        for descriptor in (self.uts, self.ipc, self.network, self.pid):
            if descriptor >= 0:
                os.close(descriptor)
        if self.pause:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pause, signal.SIGKILL)


def make_node_namespace() -> NodeNamespace:
    """Make the cluster's namespaces: as root if allowed, else in a user namespace. Raises AgentError with the reason."""
    try:
        _, (network,) = in_fork(_build_node)
        return NodeNamespace(-1, network)
    except AgentError:
        _, (user, network) = in_fork(_build_rootless_node)
        return NodeNamespace(user, network)


def _build_node() -> tuple[object, list[int]]:
    unshare(CLONE_NEWNET | CLONE_NEWNS)
    _configure_node()
    return None, [_open_namespace("net")]


def _build_rootless_node() -> tuple[object, list[int]]:
    user, group = os.geteuid(), os.getegid()
    unshare(CLONE_NEWUSER)
    for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)
    unshare(CLONE_NEWNET | CLONE_NEWNS)
    _configure_node()
    return None, [_open_namespace("user"), _open_namespace("net")]


def _configure_node() -> None:
    link = Netlink()
    link.set_up(LOOPBACK)
    link.add_address(LOOPBACK, GATEWAY)
    with open("/proc/sys/net/ipv4/ip_forward", "w") as file:
        file.write("1")


def own_address(address: str) -> None:
    """Make an address one of this network namespace's own; it may be already."""
    link = Netlink()
    with contextlib.suppress(FileExistsError):
        link.add_address(LOOPBACK, address)
    link.close()


def make_pod_namespaces(
    node: NodeNamespace, hostname: str, *, address: str, number: int, share_processes: bool
) -> PodNamespaces:
    """Make a pod's namespaces. `address` is "" for the host's network; `number` is no other pod's. Raises AgentError."""

    def build() -> tuple[object, list[int]]:
        node.enter_user()
        unshare(CLONE_NEWUTS | CLONE_NEWIPC)
        sethostname(hostname[:63])
        descriptors = [_open_namespace("uts"), _open_namespace("ipc")]
        if address:
            descriptors.append(_build_network(node, address, _FIRST_NODE_LINK + number))
        pause = _start_pause() if share_processes else 0
        if pause:
            descriptors.append(_open_namespace("pid_for_children"))
        return pause, descriptors

    pause, descriptors = in_fork(build)
    assert isinstance(pause, int)
    rest = iter(descriptors)
    uts, ipc = next(rest), next(rest)
    network = next(rest) if address else -1
    return PodNamespaces(uts, ipc, network, next(rest) if share_processes else -1, pause)


def _build_network(node: NodeNamespace, address: str, index: int) -> int:
    """Make a network namespace that is joined to the node's by a routed veth pair; return its descriptor."""
    setns(node.network, CLONE_NEWNET)
    outside = Netlink()
    unshare(CLONE_NEWNET)
    namespace = _open_namespace("net")
    outside.add_veth(f"pod{index}", index, "eth0", _POD_LINK, namespace)
    outside.set_up(index)
    outside.add_host_route(address, index)
    inside = Netlink()
    inside.set_up(LOOPBACK)
    inside.add_address(_POD_LINK, address)
    inside.set_up(_POD_LINK)
    inside.add_host_route(GATEWAY, _POD_LINK)
    inside.add_default_route(GATEWAY, _POD_LINK)
    # Every pod may bind port 80, as in a container engine.
    with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", "w") as file:
        file.write("0")
    return namespace


def _start_pause() -> int:
    """Start the first process of a PID namespace that a pod's containers share; it reaps, and ends with the pod."""
    unshare(CLONE_NEWPID)
    pause = os.fork()
    if not pause:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        close_all_but(())
        while True:
            signal.pause()
    return pause


def _open_namespace(kind: str) -> int:
    return os.open(f"/proc/self/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC)


def in_fork(build: Callable[[], tuple[object, list[int]]]) -> tuple[object, list[int]]:
    """Run `build` in a child; return its JSON value and the descriptors it made. Raises AgentError."""
    ours, theirs = socket.socketpair()
    with ours:
        if not os.fork():
            _answer(theirs, build)
        theirs.close()
        data, descriptors, _, _ = socket.recv_fds(ours, 65536, 8)
    answer = json.loads(data or b'{"error": "the helper died"}')
    if "error" in answer:
        raise AgentError(f"failed to create pod sandbox: {answer['error']}", reason="FailedCreatePodSandBox")
    return answer["value"], list(descriptors)


def _answer(sock: socket.socket, build: Callable[[], tuple[object, list[int]]]) -> NoReturn:
    try:
        prepare_child()
        try:
            value, descriptors = build()
            answer = {"value": value}
        except OSError as error:
            answer, descriptors = {"error": f"{error.filename or 'system call'}: {error.strerror}"}, []
        rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))] if descriptors else []
        sock.sendmsg([json.dumps(answer).encode()], rights)
    finally:
        os._exit(0)


def close_all_but(kept: Sequence[int]) -> None:
    """Close the descriptors that a fork inherited: held by one that lives on they would keep pipes and locks from ending."""
    for name in os.listdir("/proc/self/fd"):
        if int(name) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(name))
