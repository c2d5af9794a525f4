"""The sandbox launcher: containers in Linux namespaces, with root or without. Needs Linux 5.11 for all of it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence
from typing import Any

from minikube_py.component_base.os_errors import tell_os_error
from minikube_py.component_base.removal import remove_tree
from minikube_py.cri.agent.capabilities import MKNOD, mask_capabilities
from minikube_py.cri.agent.children import Identity, Plan, prepare_child
from minikube_py.cri.agent.container import Container
from minikube_py.cri.agent.errors import AgentError
from minikube_py.cri.agent.launcher import AddressPool, private_folder, with_defaults
from minikube_py.cri.agent.linux import (
    CLONE_NEWIPC,
    CLONE_NEWNET,
    CLONE_NEWNS,
    CLONE_NEWPID,
    CLONE_NEWUSER,
    CLONE_NEWUTS,
    setns,
    unshare,
)
from minikube_py.cri.agent.messages import encode_message
from minikube_py.cri.agent.pod_network import (
    NodeNamespace,
    PodNamespaces,
    close_all_but,
    make_node_namespace,
    make_pod_namespaces,
    own_address,
)
from minikube_py.cri.agent.rootfs import RootPlan, Shown, enter_root, is_shown, prepare_root
from minikube_py.cri.agent.sandbox import STOPPED, Sandbox

_HOST_ADDRESS = "127.0.0.1"
STATE = "state.db"  # what a cluster's folder has


class NamespaceLauncher:
    """Pods have their own hostname, IPC and network; containers their own root, mounts and processes.

    `visible` are host folders that programs need although they are in no root by themselves (the Python that runs here). The
    clusters in the folder `clusters` are kept from containers, where that lies in what they see of the host.
    """

    def __init__(self, subnet: str, visible: Sequence[str], clusters: str) -> None:
        self._addresses = AddressPool(subnet)
        self._clusters = clusters if is_shown(clusters) else ""
        self._visible = tuple(Shown(path, os.path.realpath(path), True) for path in visible if self._is_missing(path))
        self._node: NodeNamespace | None = None
        self._pods: dict[str, PodNamespaces] = {}
        self._count = 0

    def _is_missing(self, path: str) -> bool:
        return not is_shown(path) or bool(self._clusters and os.path.commonpath((path, self._clusters)) == self._clusters)

    def _list_clusters(self) -> tuple[str, ...]:
        """Return the folders of clusters that containers would see."""
        names = os.listdir(self._clusters) if self._clusters else ()
        folders = (os.path.join(self._clusters, name) for name in names)
        return tuple(folder for folder in folders if os.path.exists(os.path.join(folder, STATE)))

    def open_sandbox(self, sandbox: Sandbox) -> None:
        """Make the pod's namespaces and give it an address."""
        config = sandbox.config
        node = self._get_node()
        address = "" if config["host_network"] else self._addresses.take()
        self._count += 1
        share = bool(config["share_process_namespace"])
        try:
            pod = make_pod_namespaces(node, config["hostname"], address=address, number=self._count, share_processes=share)
        except AgentError:
            self._addresses.give_back(address)
            raise
        self._pods[sandbox.uid] = pod
        sandbox.ip = address or _HOST_ADDRESS

    def restore_sandbox(self, sandbox: Sandbox) -> None:
        """Namespaces end with their agent."""
        sandbox.state = STOPPED

    def close_sandbox(self, sandbox: Sandbox) -> None:
        """Let the namespaces go and free the address."""
        pod = self._pods.pop(sandbox.uid, None)
        if pod is not None:
            pod.close()
        if not sandbox.config["host_network"]:
            self._addresses.give_back(sandbox.ip)

    def plan_container(self, sandbox: Sandbox, config: dict[str, Any]) -> Plan:
        """Make the folders of the container's root, and plan to build and enter it."""
        node, pod = self._get_node(), self._pods[sandbox.uid]
        target = 0 if pod.pause else int(config["target_pid"])
        root = self._plan_root(sandbox, config)
        remove_tree(root.folder)
        os.makedirs(root.folder, mode=0o700)
        _write_files(root, sandbox)
        prepare_root(root)

        def enter(report: Callable[[int], None]) -> None:
            node.enter_user()
            pod.enter()
            if target:
                setns(os.pidfd_open(target), CLONE_NEWPID)
            unshare(CLONE_NEWNS if pod.pause or target or sandbox.config["host_pid"] else CLONE_NEWNS | CLONE_NEWPID)
            _fork_on(report)
            enter_root(root)

        return self._plan(sandbox, config, tuple(config["command"]), enter)

    def plan_exec(self, sandbox: Sandbox, container: Container, command: Sequence[str]) -> Plan:
        """Plan to enter all namespaces of the container's main process."""
        node, main = self._get_node(), container.pid
        flags = CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC
        flags |= 0 if sandbox.config["host_pid"] else CLONE_NEWPID
        flags |= 0 if sandbox.config["host_network"] else CLONE_NEWNET
        flags |= CLONE_NEWUSER if node.user >= 0 else 0

        def enter(report: Callable[[int], None]) -> None:
            setns(os.pidfd_open(main), flags)
            _fork_on(report)

        return self._plan(sandbox, container.config, tuple(command), enter)

    def dial(self, sandbox: Sandbox, port: int, timeout: float, answer: socket.socket, local: bool) -> list[str]:
        """Connect from within: at the pod's own loopback if `local`, else from the node at the pod's address."""
        if sandbox.config["host_network"]:
            return [_HOST_ADDRESS]
        node, pod = self._get_node(), self._pods[sandbox.uid]

        def connect() -> socket.socket:
            setns(pod.network if local else node.network, CLONE_NEWNET)
            connection = socket.create_connection((_HOST_ADDRESS if local else sandbox.ip, port), timeout)
            connection.settimeout(None)
            return connection

        _answer_from_fork(node, (node.network, pod.network), answer, connect)
        return []

    def listen(self, address: str, port: int, protocol: str, answer: socket.socket) -> None:
        """Bind a socket in the node's network, whose pods reach any address there; for services, DNS and the API."""
        node = self._get_node()

        def bind() -> socket.socket:
            setns(node.network, CLONE_NEWNET)
            own_address(address)
            if protocol == "UDP":
                listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                listener.bind((address, port))
                return listener
            return socket.create_server((address, port), backlog=128)

        _answer_from_fork(node, (node.network,), answer, bind)

    def remove_container(self, sandbox: Sandbox, container: dict[str, Any]) -> None:
        """Delete the container's root with all it wrote."""
        remove_tree(private_folder(sandbox, container))

    def _get_node(self) -> NodeNamespace:
        if self._node is None:
            self._node = make_node_namespace()
        return self._node

    def _plan(
        self, sandbox: Sandbox, config: dict[str, Any], command: tuple[str, ...], enter: Callable[[Callable[[int], None]], None]
    ) -> Plan:
        env = with_defaults(config["env"], sandbox, config, home="/root")
        user = read_identity(config)
        if self._get_node().user < 0 and user.capabilities is not None:
            user = user._replace(capabilities=user.capabilities & ~MKNOD)  # nobody here says which devices it may use
        return Plan(command, env, config["working_dir"] or "/", user, enter)

    def _plan_root(self, sandbox: Sandbox, config: dict[str, Any]) -> RootPlan:
        folder = private_folder(sandbox, config)
        mounts = [Shown(_clean(mount["container_path"]), mount["host_path"], mount["read_only"]) for mount in config["mounts"]]
        if config["termination_log"]:
            log = os.path.realpath(config["termination_log"])
            mounts.append(Shown(_clean(config["termination_message_path"]), log, False))
        taken = {shown.target for shown in mounts}
        own = os.path.realpath(folder)
        files = [Shown(target, os.path.join(own, name), False) for name, target in _FILES if target not in taken]
        files = [shown for shown in files if _file_text(sandbox, shown.target)]
        # Outer mounts come first, so that inner ones lie on top of them.
        ordered = sorted((*self._visible, *files, *mounts), key=lambda shown: shown.target.count("/"))
        read_only, mapped = bool(config["read_only_root"]), self._get_node().user >= 0
        return RootPlan(
            folder,
            tuple(ordered),
            read_only,
            mapped,
            config["image_root"],
            "ALL" in config["capabilities"],
            self._list_clusters(),
        )


_FILES = (("hosts", "/etc/hosts"), ("resolv.conf", "/etc/resolv.conf"), ("hostname", "/etc/hostname"))


def read_identity(config: dict[str, Any]) -> Identity:
    """Return the user, groups and rights of a container: as engines do, its group is among the further ones."""
    user, group, groups = config["run_as_user"], config["run_as_group"], tuple(config["supplemental_groups"])
    if group is not None or user is not None:
        groups = tuple({*groups, group or 0})
    return Identity(user, group, groups, mask_capabilities(config["capabilities"]), bool(config["no_new_privileges"]))


def _clean(path: str) -> str:
    """Return a path of the container without dots: what stands above its root is its root."""
    return "/" + os.path.normpath("/" + path).lstrip("/")


def _file_text(sandbox: Sandbox, target: str) -> str:
    config = sandbox.config
    texts = {
        "/etc/hosts": config["hosts"],
        "/etc/resolv.conf": config["resolv_conf"],
        "/etc/hostname": config["hostname"] + "\n",
    }
    return str(texts[target])


def _write_files(root: RootPlan, sandbox: Sandbox) -> None:
    for name, target in _FILES:
        path = os.path.join(os.path.realpath(root.folder), name)
        if any(shown.source == path for shown in root.shown):
            with open(path, "w") as file:
                file.write(_file_text(sandbox, target))


def _fork_on(report: Callable[[int], None]) -> None:
    """Go on in a child, which is the one in the PID namespace; the agent adopts it, as it is a subreaper."""
    pid = os.fork()
    if pid:
        report(pid)
        os._exit(0)


def _answer_from_fork(
    node: NodeNamespace, kept: tuple[int, ...], answer: socket.socket, make: Callable[[], socket.socket]
) -> None:
    """Have a child make a socket in other namespaces and send it, or what went wrong, to the client."""
    if os.fork():
        return
    try:
        prepare_child()
        close_all_but((0, 1, 2, answer.fileno(), node.user, *kept))
        try:
            node.enter_user()
            with make() as made:
                socket.send_fds(answer, [encode_message({"id": 0, "result": []})], [made.fileno()])
        except OSError as error:
            kind = "timeout" if isinstance(error, TimeoutError) else "connection"
            refusal = {"kind": kind, "message": tell_os_error(error), "reason": ""}
            answer.sendall(encode_message({"id": 0, "error": refusal}))
    finally:
        os._exit(0)
