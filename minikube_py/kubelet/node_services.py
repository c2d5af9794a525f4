"""What all pods of one node share: the runtime, the images, the API, and the node's own settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from minikube_py.client.backoff import Backoff
from minikube_py.client.resources import (
    CONFIG_MAPS,
    NODES,
    PERSISTENT_VOLUME_CLAIMS,
    PERSISTENT_VOLUMES,
    PODS,
    SECRETS,
    SERVICES,
)
from minikube_py.cri.runtime import Runtime
from minikube_py.kubelet.image_manager import ImageManager
from minikube_py.kubelet.interfaces import (
    Context,
    EventRecorder,
    Executor,
    Images,
    Object,
    TokenRequester,
)
from minikube_py.kubelet.quiet_recorder import QuietRecorder


@dataclass(frozen=True)
class KubeletOptions:
    """A node's settings. `pods_dir` holds a folder a pod; `host_ip` is the node's address.

    `commands_dir` is where the commands of images are laid out, for runtimes without image file systems; None for others.
    With `image_roots` they and the images' files are to be laid over the host's as a container's root.
    `host_hosts` and `host_resolv_conf` are the texts of the host's own files, for pods that want them.
    `volumes_dir` is the folder in which the node's persistent volumes lie. `api` is where pods reach the API by what their environment
    says, where that is not the address of the Service `kubernetes`: without a network of their own they cannot reach that one.
    `writes_files` is False for a runtime without processes: then nobody reads what a pod's folder holds. `tells_progress` is
    False there too: events say nothing of images and containers that are not there.
    """

    node_name: str
    pods_dir: Path
    host_ip: str
    cluster_dns: str = "10.96.0.10"
    cluster_domain: str = "cluster.local"
    commands_dir: Path | None = None
    image_roots: bool = False
    host_hosts: str = ""
    host_resolv_conf: str = ""
    writes_files: bool = True
    tells_progress: bool = True
    volumes_dir: Path = Path("/")
    api: tuple[str, int] | None = None


class NodeServices:
    """Everything a pod's worker needs beside the pod."""

    def __init__(
        self,
        context: Context,
        runtime: Runtime,
        images: Images,
        options: KubeletOptions,
        executor: Executor,
        request_token: TokenRequester,
    ) -> None:
        self.runtime = runtime
        self.options = options
        self.executor = executor
        self.request_token = request_token
        self.client = context.client
        self.clock = context.clock
        recorder: EventRecorder = context.recorder("kubelet")
        self.recorder = recorder if options.tells_progress else QuietRecorder(recorder)
        self.images = ImageManager(images, context.clock)
        self.backoff = Backoff()
        self.pods = context.lister(PODS)
        self.nodes = context.lister(NODES)
        self.services = context.lister(SERVICES)
        self.get_config_map: Callable[[str, str], Object | None] = context.lister(CONFIG_MAPS).get
        self.get_secret: Callable[[str, str], Object | None] = context.lister(SECRETS).get
        self.get_claim: Callable[[str, str], Object | None] = context.lister(PERSISTENT_VOLUME_CLAIMS).get
        self.get_volume: Callable[[str, str], Object | None] = context.lister(PERSISTENT_VOLUMES).get

    def get_allocatable(self) -> Mapping[str, Any]:
        """Return the node's allocatable resources as its status gives them."""
        node = self.nodes.get("", self.options.node_name) or {}
        allocatable: Mapping[str, Any] = node.get("status", {}).get("allocatable") or {}
        return allocatable

    def list_services(self, namespace: str) -> list[Object]:
        """Return the services that a pod of `namespace` may learn of by its environment."""
        services = self.services.list(namespace)
        if namespace != "default":
            services = services + self.services.list("default")
        if self.options.api is None:
            return services
        return [_move(service, self.options.api) if _is_api(service) else service for service in services]

    def get_pod_directory(self, uid: str) -> Path:
        """Return the folder of a pod."""
        return self.options.pods_dir / uid


def _is_api(service: Object) -> bool:
    metadata = service["metadata"]
    return (metadata["namespace"], metadata["name"]) == ("default", "kubernetes")


def _move(service: Object, to: tuple[str, int]) -> Object:
    """Return a Service as if its first port were served elsewhere."""
    address, number = to
    first, *others = service["spec"]["ports"]
    return {**service, "spec": {**service["spec"], "clusterIP": address, "ports": [{**first, "port": number}, *others]}}


@dataclass
class Wakes:
    """The moments at which a pod must be looked at again."""

    now: float
    times: list[float] = field(default_factory=list)

    def at(self, time: float | None) -> None:
        """Ask to be woken at `time`; None asks for nothing."""
        if time is not None:
            self.times.append(time)

    def get_delay(self) -> float | None:
        """Return the seconds until the first of them, None where there is none."""
        return max(0.0, min(self.times) - self.now) if self.times else None
