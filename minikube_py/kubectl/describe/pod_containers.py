"""The containers of a pod, or of the template of pods."""

from __future__ import annotations

from typing import Any

from minikube_py.apimachinery.quantity import canonical
from minikube_py.cli_runtime.printers.go_format import quote
from minikube_py.kubectl.describe.metadata import NONE
from minikube_py.kubectl.describe.pod_env import write_env, write_env_from
from minikube_py.kubectl.describe.pod_probes import write_probes
from minikube_py.kubectl.describe.times import format_time
from minikube_py.kubectl.describe.writer import Writer

Object = dict[str, Any]


def write_containers(
    label: str,
    containers: list[Object] | None,
    writer: Writer,
    statuses: list[Object] | None = None,
    pod: Object | None = None,
    indent: str = "",
) -> None:
    """Write containers with what the kubelet tells of them. `pod` is None for those of a template; `indent` stands before the label."""
    by_name = {status["name"]: status for status in statuses or ()}
    writer.write(0, f"{indent}{label}:{'' if containers else ' <none>'}\n")
    for container in containers or ():
        status = by_name.get(container["name"])
        writer.write(1, f"{' ' if indent else ''}{container['name']}:\n")
        _write_image(container, status, writer)
        _write_ports(container.get("ports") or [], writer)
        write_seccomp_profile(container, writer, 2, 3)
        _write_words("Command", container.get("command"), writer)
        _write_words("Args", container.get("args"), writer)
        if status is not None:
            _write_status(status, writer)
        write_resources(container.get("resources") or {}, writer, 2)
        write_probes(container, writer)
        write_env_from(container, writer)
        write_env(container, writer, pod)
        _write_mounts(container, writer)


def _write_image(container: Object, status: Object | None, writer: Writer) -> None:
    if status is not None:
        writer.field(2, "Container ID", status.get("containerID", ""))
    writer.field(2, "Image", container.get("image", ""))
    if status is not None:
        writer.field(2, "Image ID", status.get("imageID", ""))


def _write_ports(ports: list[Object], writer: Writer) -> None:
    for title, field in (("Port", "containerPort"), ("Host Port", "hostPort")):
        texts = [f"{port.get(field, 0)}/{port.get('protocol', '')}" for port in ports]
        writer.field(2, title + "s" if len(texts) > 1 else title, ", ".join(texts) or NONE)


def write_seccomp_profile(owner: Object, writer: Writer, level: int, inner_level: int) -> None:
    """Write the seccomp profile of a PodSpec's or a container's security context, if it has one."""
    profile = (owner.get("securityContext") or {}).get("seccompProfile")
    if profile is None:
        return
    writer.field(level, "SeccompProfile", profile.get("type", ""))
    if profile.get("type") == "Localhost":
        writer.field(inner_level, "LocalhostProfile", profile.get("localhostProfile", ""))


def _write_words(title: str, words: list[str] | None, writer: Writer) -> None:
    if not words:
        return
    writer.write(2, f"{title}:\n")
    for word in words:
        for line in word.split("\n"):
            writer.write(3, f"{line}\n")


def _write_status(status: Object, writer: Writer) -> None:
    _write_state("State", status.get("state") or {}, writer)
    last = status.get("lastState") or {}
    if last.get("terminated") is not None:
        _write_state("Last State", last, writer)
    writer.field(2, "Ready", "True" if status.get("ready") else "False")
    writer.field(2, "Restart Count", status.get("restartCount", 0))


def _write_state(title: str, state: Object, writer: Writer) -> None:
    if (running := state.get("running")) is not None:
        writer.field(2, title, "Running")
        writer.field(3, "Started", format_time(running.get("startedAt")))
    elif state.get("waiting") is None and (terminated := state.get("terminated")) is not None:
        writer.field(2, title, "Terminated")
        _write_termination(terminated, writer)
    else:
        writer.field(2, title, "Waiting")
        if reason := (state.get("waiting") or {}).get("reason"):
            writer.field(3, "Reason", reason)


def _write_termination(terminated: Object, writer: Writer) -> None:
    if terminated.get("reason"):
        writer.field(3, "Reason", terminated["reason"])
    if terminated.get("message"):
        writer.field(3, "Message", terminated["message"])
    writer.field(3, "Exit Code", terminated.get("exitCode", 0))
    if (terminated.get("signal") or 0) > 0:
        writer.field(3, "Signal", terminated["signal"])
    writer.field(3, "Started", format_time(terminated.get("startedAt")))
    writer.field(3, "Finished", format_time(terminated.get("finishedAt")))


def write_resources(resources: Object, writer: Writer, level: int) -> None:
    """Write limits and requests, each by name."""
    for title, field in (("Limits", "limits"), ("Requests", "requests")):
        amounts = resources.get(field) or {}
        if amounts:
            writer.write(level, f"{title}:\n")
        for name in sorted(amounts):
            writer.field(level + 1, name, canonical(amounts[name]))


def _write_mounts(container: Object, writer: Writer) -> None:
    mounts = sorted(container.get("volumeMounts") or (), key=lambda mount: mount.get("mountPath", ""))
    none = "" if mounts else f"\t{NONE}"
    writer.write(2, f"Mounts:{none}\n")
    for mount in mounts:
        flags = "ro" if mount.get("readOnly") else "rw"
        if mount.get("subPath"):
            flags += f",path={quote(mount['subPath'])}"
        writer.write(3, f"{mount.get('mountPath', '')} from {mount['name']} ({flags})\n")
    devices = sorted(container.get("volumeDevices") or (), key=lambda device: device.get("devicePath", ""))
    if devices:
        writer.write(2, f"Devices:{none}\n")
    for device in devices:
        writer.write(3, f"{device.get('devicePath', '')} from {device['name']}\n")
