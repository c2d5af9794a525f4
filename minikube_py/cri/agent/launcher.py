"""How containers are started: the protocol of a launcher, and the one of plain host processes."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from minikube_py.component_base.removal import remove_tree
from minikube_py.cri.agent.children import Plan
from minikube_py.cri.agent.container import Container
from minikube_py.cri.agent.errors import AgentError
from minikube_py.cri.agent.sandbox import Sandbox
from minikube_py.cri.agent.service_account import write_kubeconfig
from minikube_py.cri.agent.subnets import hold_part
from minikube_py.cri.mount_paths import MountPaths, compile_mount_paths


class Launcher(Protocol):
    """What differs between runtimes that run processes."""

    def open_sandbox(self, sandbox: Sandbox) -> None:
        """Make what the pod's containers share, and set `ip`. Raises AgentError."""

    def restore_sandbox(self, sandbox: Sandbox) -> None:
        """Take over a sandbox of an earlier agent, its processes gone: make it ready again, or set its state to stopped."""

    def close_sandbox(self, sandbox: Sandbox) -> None:
        """Give back what the sandbox holds."""

    def plan_container(self, sandbox: Sandbox, config: dict[str, Any]) -> Plan:
        """Return how to start a container. Raises AgentError."""

    def plan_exec(self, sandbox: Sandbox, container: Container, command: Sequence[str]) -> Plan:
        """Return how to run a command in a running container. Raises AgentError."""

    def dial(self, sandbox: Sandbox, port: int, timeout: float, answer: socket.socket, local: bool) -> list[str]:
        """Return the addresses to try from the host, or [] if the launcher answers on the socket itself, with a descriptor.

        `local` asks for the pod's own loopback (port-forward), else for its address as others see it (probes).
        """

    def listen(self, address: str, port: int, protocol: str, answer: socket.socket) -> None:
        """Bind a socket at an address that pods reach and answer with its descriptor. Raises AgentError."""

    def remove_container(self, sandbox: Sandbox, container: dict[str, Any]) -> None:
        """Delete the files that were the container's own."""


class AddressPool:
    """Hands out the addresses of `a.b.c.d/n` in turn, so that one comes back as late as possible; the first is left out."""

    def __init__(self, subnet: str) -> None:
        address, _, bits = subnet.partition("/")
        self._size = 1 << (32 - int(bits))
        self._first = struct.unpack("!I", socket.inet_aton(address))[0] & ~(self._size - 1)
        self._next = 2
        self._used: set[int] = set()

    def take(self) -> str:
        """Return a free address. Raises AgentError when there is none."""
        for _ in range(self._size):
            number = self._next
            self._next = number + 1 if number + 2 < self._size else 2
            if number not in self._used:
                self._used.add(number)
                return socket.inet_ntoa(struct.pack("!I", self._first + number))
        raise AgentError("no IP addresses available in the pod subnet", reason="FailedCreatePodSandBox")

    def claim(self, address: str) -> None:
        """Mark an address of an earlier agent as used."""
        number = struct.unpack("!I", socket.inet_aton(address))[0] - self._first
        if 0 <= number < self._size:
            self._used.add(number)
            self._next = max(self._next, number + 1)

    def give_back(self, address: str) -> None:
        """Make an address free again; unknown ones are no error."""
        if address:
            self._used.discard(struct.unpack("!I", socket.inet_aton(address))[0] - self._first)


class HostLauncher:
    """Containers are plain processes of the host: own session, folder, environment and loopback address, no isolation.

    They run as this user, whoever they ask for: what they are started from, and their volumes, lie in folders that nobody else
    may enter.
    """

    def __init__(self, network: str) -> None:
        self._held, subnet = hold_part(network, os.getcwd())
        self._addresses = AddressPool(subnet)

    def open_sandbox(self, sandbox: Sandbox) -> None:
        """Give the pod its loopback address."""
        sandbox.ip = self._addresses.take()

    def restore_sandbox(self, sandbox: Sandbox) -> None:
        """Keep the address."""
        self._addresses.claim(sandbox.ip)

    def close_sandbox(self, sandbox: Sandbox) -> None:
        """Free the address."""
        self._addresses.give_back(sandbox.ip)

    def plan_container(self, sandbox: Sandbox, config: dict[str, Any]) -> Plan:
        """Rewrite mounted paths to host paths, and choose the working folder."""
        paths = mount_paths(config)
        env = {name: paths.rewrite(value) for name, value in config["env"].items()}
        root = private_folder(sandbox, config)
        os.makedirs(root, mode=0o700, exist_ok=True)
        link_mounts(config, root)
        # what the images' stand-ins go by, for want of an address and a root of their own
        env = {"MINIKUBE_PY_BIND": sandbox.ip, "MINIKUBE_PY_ROOT": root, **with_defaults(env, sandbox, config, home=root)}
        env = write_kubeconfig(env, config, root)
        argv = tuple(paths.rewrite(word) for word in config["command"])
        return Plan(argv, env, _working_folder(paths, config["working_dir"], root))

    def plan_exec(self, sandbox: Sandbox, container: Container, command: Sequence[str]) -> Plan:
        """Run with the container's own environment and folder."""
        plan = self.plan_container(sandbox, container.config)
        paths = mount_paths(container.config)
        return plan._replace(argv=tuple(paths.rewrite(word) for word in command))

    def dial(self, sandbox: Sandbox, port: int, timeout: float, answer: socket.socket, local: bool) -> list[str]:
        """The pod's address, then where programs listen that were not told of it."""
        return [sandbox.ip, "127.0.0.1"]

    def listen(self, address: str, port: int, protocol: str, answer: socket.socket) -> None:
        """Refuse: the pods' network is the host's."""
        raise AgentError("pods share the host's network: bind there", kind="connection")

    def remove_container(self, sandbox: Sandbox, container: dict[str, Any]) -> None:
        """Delete the private folder."""
        remove_tree(private_folder(sandbox, container))


def mount_paths(config: dict[str, Any]) -> MountPaths:
    """Return the rewriter for a container's mounts and termination message."""
    pairs = [(mount["container_path"], mount["host_path"]) for mount in config["mounts"]]
    if config["termination_log"]:
        pairs.append((config["termination_message_path"], config["termination_log"]))
    return compile_mount_paths(pairs)


def private_folder(sandbox: Sandbox, config: Mapping[str, Any]) -> str:
    """Return the folder that is a container's own, gone with it."""
    return os.path.join(sandbox.config["directory"], "rootfs", str(config["name"]), str(config["attempt"]))


def link_mounts(config: Mapping[str, Any], root: str) -> None:
    """Show each mount at its container path below `root`, as a link; paths that lead out of it are left out."""
    for mount in config["mounts"]:
        place = os.path.normpath(os.path.join(root, str(mount["container_path"]).lstrip("/")))
        if not place.startswith(root + os.sep) or os.path.lexists(place):
            continue
        os.makedirs(os.path.dirname(place), mode=0o700, exist_ok=True)
        os.symlink(mount["host_path"], place)


def with_defaults(env: Mapping[str, str], sandbox: Sandbox, config: Mapping[str, Any], home: str) -> dict[str, str]:
    """Return an environment with what runtimes add: PATH, HOSTNAME, TERM on a terminal, HOME."""
    added = {"PATH": os.environ.get("PATH", os.defpath), "HOSTNAME": str(sandbox.config["hostname"])}
    if config["tty"]:
        added["TERM"] = "xterm"
    return {**added, **env, "HOME": env.get("HOME", home)}


def _working_folder(paths: MountPaths, asked: str, root: str) -> str:
    """Return the host folder for a working directory: mounted and existing paths as they are, others in the private folder."""
    host = paths.rewrite(asked)
    if host != asked or (asked.strip("/") and os.path.lexists(asked)):
        return host
    parent = asked
    while parent.strip("/") and not os.path.lexists(parent):
        parent = os.path.dirname(parent)
    if parent.strip("/") and not os.path.isdir(parent):
        return asked  # below a file: the start fails, as it would in a container
    return os.path.join(root, asked.strip("/"))
