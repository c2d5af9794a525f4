"""From a pod's container and its image to what a runtime is told to start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minikube_py.apimachinery.quantity import parse_quantity
from minikube_py.apimachinery.unstructured import controller_of
from minikube_py.cri.runtime import ContainerConfig, Mount, SandboxConfig
from minikube_py.kubelet.env import ConfigError, EnvSources, make_container_environment, make_environment
from minikube_py.kubelet.expansion import expand
from minikube_py.kubelet.images.catalogue import Image
from minikube_py.kubelet.images.launchers import adapt_to_host
from minikube_py.kubelet.images.roots import adapt_to_root
from minikube_py.kubelet.interfaces import Object
from minikube_py.kubelet.logs import get_log_path
from minikube_py.kubelet.network_files import get_hostname, make_hosts_file, make_resolv_conf
from minikube_py.kubelet.node_services import KubeletOptions
from minikube_py.kubelet.quantities import get_memory_limit
from minikube_py.kubelet.termination import get_termination_log_path
from minikube_py.kubelet.volumes.manager import make_mounts

DEFAULT_CAPABILITIES = (
    *("AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD"),
    *("NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"),
)
"""What containerd gives a container that says nothing of capabilities."""


@dataclass(frozen=True)
class StartRequest:
    """One run of a container to prepare. `pod` is the pod as its containers see it; `volumes` are host paths by name."""

    pod: Object
    container: Object
    attempt: int
    image: Image
    volumes: Mapping[str, Path]
    env_sources: EnvSources


def make_container_config(request: StartRequest, options: KubeletOptions) -> ContainerConfig:
    """Return the configuration of one container. Raises ConfigError with the message of CreateContainerConfigError."""
    pod, container, image = request.pod, request.container, request.image
    directory = options.pods_dir / pod["metadata"]["uid"]
    context = get_security_context(pod, container)
    user = _choose_user(pod, container, context, image)
    declared = make_environment(container, request.env_sources)
    env = make_container_environment(image.env, get_hostname(pod, options.cluster_domain), user, declared)
    command = make_command(container, image, declared)
    image_root = ""
    if options.commands_dir is not None and options.image_roots:
        command, env, image_root = adapt_to_root(image, command, env, options.commands_dir)
    elif options.commands_dir is not None:
        command, env = adapt_to_host(image, command, env, options.commands_dir)
    limits = container.get("resources", {}).get("limits") or {}
    mounts = make_mounts(pod, container, request.volumes, declared, directory)
    log_path = get_log_path(directory, container["name"], request.attempt)
    termination_log = get_termination_log_path(directory, container["name"], request.attempt)
    return ContainerConfig(
        pod_uid=pod["metadata"]["uid"],
        name=container["name"],
        attempt=request.attempt,
        image=container["image"],
        command=command,
        env=env,
        working_dir=container.get("workingDir") or image.working_dir or "/",
        log_path=str(log_path),
        mounts=_add_hosts_file(mounts, directory),
        termination_log=str(termination_log),
        termination_message_path=container.get("terminationMessagePath") or "/dev/termination-log",
        memory_limit=get_memory_limit(container),
        cpu_limit=parse_quantity(limits["cpu"]).milli_value() / 1000 if "cpu" in limits else None,
        stdin=bool(container.get("stdin")),
        stdin_once=bool(container.get("stdinOnce")),
        tty=bool(container.get("tty")),
        run_as_user=user,
        run_as_group=context.get("runAsGroup"),
        supplemental_groups=_list_groups(pod),
        read_only_root=bool(context.get("readOnlyRootFilesystem")),
        stop_signal=image.stop_signal or "SIGTERM",
        image_root=image_root,
        capabilities=list_capabilities(context),
        no_new_privileges=context.get("allowPrivilegeEscalation") is False,
        target=container.get("targetContainerName") or "",
        program=describe_program(pod, container, image),
    )


def describe_program(pod: Object, container: Object, image: Image) -> dict[str, str]:
    """Return what a runtime without processes goes by: the image's facts; init containers and those of a Job end well, others run on."""
    facts = {name: value for name, value in image.program.items() if name != "exits"}
    owner = controller_of(pod)
    initial = any(c["name"] == container["name"] for c in pod["spec"].get("initContainers") or ())
    ends = owner["kind"] == "Job" if owner is not None and not initial else initial
    return {**facts, "exits": "0"} if ends and container.get("restartPolicy") != "Always" else facts


def make_command(container: Object, image: Image, env: Mapping[str, str]) -> tuple[str, ...]:
    """Return entry point and arguments: the pod's `command` replaces both of the image's, `args` its arguments only."""
    command = tuple(expand(word, env) for word in container.get("command") or ())
    arguments = tuple(expand(word, env) for word in container.get("args") or ())
    if command:
        return command + arguments
    return tuple(image.entrypoint) + (arguments or tuple(image.cmd))


def get_security_context(pod: Object, container: Object) -> dict[str, Any]:
    """Return the fields in force for a container: its own over the pod's."""
    return {**(pod["spec"].get("securityContext") or {}), **(container.get("securityContext") or {})}


def list_capabilities(context: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the capabilities a container has, `ALL` for all: those of an engine by default, plus and minus its own."""
    asked = context.get("capabilities") or {}
    added, dropped = ({name.upper().removeprefix("CAP_") for name in asked.get(key) or ()} for key in ("add", "drop"))
    if context.get("privileged") or "ALL" in added:
        return ("ALL",)
    kept = set() if "ALL" in dropped else set(DEFAULT_CAPABILITIES) - dropped
    return tuple(sorted(kept | added))


def _choose_user(pod: Object, container: Object, context: Mapping[str, Any], image: Image) -> int | None:
    """Return the uid that the pod or else the image asks for, None for neither. Raises ConfigError where it may not be root."""
    name = image.user.partition(":")[0]
    user = context.get("runAsUser")
    chosen = int(name) if user is None and name.isdigit() else user
    if context.get("runAsNonRoot"):
        _verify_non_root(pod, container, chosen, name if user is None else "")
    return chosen


def _verify_non_root(pod: Object, container: Object, user: int | None, image_user: str) -> None:
    metadata = pod["metadata"]
    where = f'(pod: "{metadata["name"]}_{metadata["namespace"]}({metadata["uid"]})", container: {container["name"]})'
    if user == 0 and not image_user:
        raise ConfigError(f"container's runAsUser breaks non-root policy {where}")
    if user is None and image_user and image_user != "root":
        reason = f"container has runAsNonRoot and image has non-numeric user ({image_user}), cannot verify user is non-root"
        raise ConfigError(f"{reason} {where}")
    if not user:
        raise ConfigError(f"container has runAsNonRoot and image will run as root {where}")


def _list_groups(pod: Object) -> tuple[int, ...]:
    context = pod["spec"].get("securityContext") or {}
    groups = [*(context.get("supplementalGroups") or ())]
    if context.get("fsGroup") is not None:
        groups.insert(0, context["fsGroup"])
    return tuple(dict.fromkeys(groups))


def get_hosts_path(directory: Path) -> Path:
    """Return the host path of the file that a pod's containers see as /etc/hosts."""
    return directory / "etc-hosts"


def _add_hosts_file(mounts: tuple[Mount, ...], directory: Path) -> tuple[Mount, ...]:
    if any(mount.container_path.rstrip("/") in ("/etc", "/etc/hosts") for mount in mounts):
        return mounts
    return (*mounts, Mount("/etc/hosts", str(get_hosts_path(directory))))


def make_sandbox_config(pod: Object, options: KubeletOptions) -> SandboxConfig:
    """Return what a pod's containers share. The hosts file has no line for the pod yet: its address is not known."""
    spec, metadata = pod["spec"], pod["metadata"]
    ports = [
        (port["hostPort"], port["containerPort"], port.get("protocol", "TCP"))
        for container in (*spec["containers"], *(spec.get("initContainers") or ()))
        for port in container.get("ports") or ()
        if port.get("hostPort")
    ]
    return SandboxConfig(
        pod_uid=metadata["uid"],
        namespace=metadata["namespace"],
        name=metadata["name"],
        hostname=get_hostname(pod, options.cluster_domain),
        directory=str(options.pods_dir / metadata["uid"]),
        hosts=make_hosts_file(pod, "", options.cluster_domain, options.host_hosts),
        resolv_conf=make_resolv_conf(pod, options.cluster_dns, options.cluster_domain, options.host_resolv_conf),
        host_network=bool(spec.get("hostNetwork")),
        host_pid=bool(spec.get("hostPID")),
        share_process_namespace=bool(spec.get("shareProcessNamespace")),
        host_ports=tuple(ports),
    )
