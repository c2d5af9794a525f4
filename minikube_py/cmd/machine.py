"""What a node says of itself: this machine's facts, with the amounts that the profile gives each node."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.kubelet.node_status import NodeInfo, make_capacity, make_node_info
from minikube_py.minikube.profile import Config

CONTROL_PLANE_LABELS = {"node-role.kubernetes.io/control-plane": ""}

FIRST_NETWORK, HOSTS = 49, 253  # of 192.168.x.0/24; .1 is the host's


def describe_node(name: str, number: int, config: Config, runtime: str) -> NodeInfo:
    """Return what the node tells of itself; the first one is the control plane."""
    cpus = parse_quantity(config.cpus).value() if config.cpus else os.cpu_count() or 1
    memory = parse_quantity(config.memory).value() if config.memory else _total_memory()
    capacity = make_capacity(cpus, memory, shutil.disk_usage("/").total)
    machine = uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.minikube-py")
    boot = uuid.uuid4() if config.seed is None else uuid.uuid5(machine, str(config.seed))
    info = make_node_info(machine.hex, str(machine), str(boot), _os_image(), f"{runtime}://1.0.0")
    return NodeInfo(name, address_of(number), capacity, capacity, info, CONTROL_PLANE_LABELS if number == 1 else {})


def address_of(number: int) -> str:
    """Return the address of the `number`-th node, counted from 1: 192.168.49.2 as in minikube, and on where that network is full."""
    network, host = divmod(number - 1, HOSTS)
    return f"192.168.{FIRST_NETWORK + network}.{host + 2}"


def _total_memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _os_image() -> str:
    try:
        lines = Path("/etc/os-release").read_text().splitlines()
    except OSError:
        return os.uname().sysname
    return next((line.partition("=")[2].strip('"') for line in lines if line.startswith("PRETTY_NAME=")), "Linux")
