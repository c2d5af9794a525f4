"""The cluster's nodes: one runtime for all, a kubelet each, as the profile's configuration names them."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import new_not_found
from minikube_py.cli_runtime.errors import CliError
from minikube_py.client.reconcile import Context, Controller, Key, Result, Watch
from minikube_py.client.resources import CONFIG_MAPS, ENDPOINT_SLICES, NODES, PODS, SECRETS, SERVICE_ACCOUNTS, SERVICES
from minikube_py.cmd.components import make_client
from minikube_py.cmd.machine import describe_node
from minikube_py.cmd.node_statuses import NodeStatuses
from minikube_py.cmd.runtimes import make_runtime
from minikube_py.component_base.datagram_relay import DatagramRelay
from minikube_py.component_base.relay import Relay
from minikube_py.cri.runtime import Runtime
from minikube_py.kubelet.found_node import FoundNodeStatus
from minikube_py.kubelet.images import load_catalogue
from minikube_py.kubelet.kubelet import Kubelet
from minikube_py.kubelet.node_services import KubeletOptions
from minikube_py.kubelet.node_status import NodeInfo, NodeStatus
from minikube_py.kubelet.pod_volumes import list_references
from minikube_py.proxy import dns_service, load_balancers
from minikube_py.proxy.services import Wires, dial_from_host, make_controller

if TYPE_CHECKING:
    from collections.abc import Iterable

    from minikube_py.apiserver.kube_apiserver import KubeApiServer
    from minikube_py.client.reconcile import Manager
    from minikube_py.component_base.logging import Logger
    from minikube_py.component_base.steered_clock import SteeredClock
    from minikube_py.minikube.profile import Config, Profile

Object = dict[str, Any]
PROBE_THREADS = 8
DIAL_SECONDS = 5.0
API_ADDRESS, API_PORT = "192.168.49.2", 8443  # the first node, as in minikube
CLUSTER_DNS = KubeletOptions.cluster_dns
DNS_PORT = 53


class Nodes:
    """Starts, adds and removes kubelets; is the reconciler of all their pods."""

    def __init__(
        self, server: KubeApiServer, manager: Manager, profile: Profile, config: Config, clock: SteeredClock, log: Logger
    ) -> None:
        self._server = server
        self._manager = manager
        self._profile = profile
        self._directory = profile.directory
        self._asked_runtime = config.runtime
        self._api = config.api_host, config.port
        self._clock = clock
        self._log = log
        self._config_stamp = 0
        self._kubelets: dict[str, Kubelet] = {}
        self._statuses: dict[str, NodeStatus] = {}
        self._config_nodes: set[str] = set()
        self._places: dict[Key, dict[str, str]] = {}  # the pods that have or had that name, by uid, and their nodes
        self._nodes_by_uid: dict[str, str] = {}
        threads = ThreadPoolExecutor(PROBE_THREADS, thread_name_prefix="probe")
        self._executor: Executor = Inline() if config.runtime == "fake" else threads
        self._client = make_client(server, "kubelet")
        (self._directory / "pods").mkdir(mode=0o700, exist_ok=True)
        self.runtime: Runtime = make_runtime(config.runtime, self._directory, clock, self._schedule)
        images = load_catalogue(self._directory.parent / "images.yaml")
        self.images = images.with_all_others() if self.runtime.name == "fake" else images
        self._calls: dict[Key, Callable[[], None]] = {}
        self._call_count = itertools.count()

    def start(self) -> None:
        """Reach the runtime and take on every node of the configuration."""
        self.runtime.start(self._on_change)
        client = self._client
        manager = self._manager
        watches = (
            Watch(PODS, self._pod_changed),
            Watch(CONFIG_MAPS, self._config_map_changed),
            Watch(SECRETS, self._secret_changed),
        )
        manager.add(Controller("kubelet", watches, self._adopt), client)
        manager.add(Controller("scheduled-calls", (), lambda context: _ScheduledCalls(self._calls)), client)
        manager.add(Controller("kubelet-node-status", (Watch(NODES),), self._keep_statuses), client)
        if self.runtime.name != "fake":
            listen = getattr(self.runtime, "listen", None)
            relays = Relay(self._executor), DatagramRelay(self._executor)
            wires = Wires(
                *relays, listen, lambda uid, port: self.runtime.dial(uid, port, DIAL_SECONDS), dial_outside=self._dial_outside
            )
            manager.add(make_controller(wires), make_client(self._server, "kube-proxy"))
            manager.add(load_balancers.make_controller(), make_client(self._server, "cloud-controller-manager"))
            if listen is not None:
                manager.add(dns_service.make_controller(CLUSTER_DNS), client)
                self._executor.submit(self._serve_dns, listen)
        self.refresh()

    def _dial_outside(self, address: str, port: int) -> socket.socket:
        """Connect to what is no pod; the API's own address is nowhere but in the objects that name it."""
        return dial_from_host(*(self._api if (address, port) == (API_ADDRESS, API_PORT) else (address, port)))

    def _serve_dns(self, listen: Callable[[str, int, str], socket.socket]) -> None:
        """Answer for the cluster's names; where that cannot be, pods do without."""
        from minikube_py.cri.runtime import CRIError
        from minikube_py.proxy.dns import serve
        from minikube_py.proxy.dns_zone import Zone

        zone = Zone(self._context.lister(SERVICES).list, self._context.lister(ENDPOINT_SLICES).list)
        try:
            serve(zone, CLUSTER_DNS, DNS_PORT, listen)
        except (OSError, CRIError) as error:
            self._log.exception("cannot serve DNS", error)

    def _schedule(self, seconds: float, call: Callable[[], None]) -> None:
        """Make a call in the loop when so much of the cluster's time has passed."""
        key = Key("", str(next(self._call_count)))
        self._calls[key] = call
        self._manager.enqueue("scheduled-calls", key, seconds)

    def _adopt(self, context: Context) -> Nodes:
        self._context = context
        return self

    def _keep_statuses(self, context: Context) -> NodeStatuses:
        return NodeStatuses(context, self._statuses, self._kubelets, self._take_on if self.runtime.name == "fake" else None)

    def refresh(self) -> None:
        """Take on nodes that the configuration newly names, let go of those it no longer does."""
        stamp = _read_stamp(self._directory / "config.json")
        if stamp == self._config_stamp:
            return
        self._config_stamp = stamp
        try:
            config = self._profile.load()
        except CliError as error:  # somebody damaged it: go on with what is known
            self._log.info("configuration not taken over", error=str(error))
            return
        for number, name in enumerate(config.nodes, start=1):
            if name not in self._kubelets:
                self._add(name, number, config)
        for name in [n for n in self._kubelets if n not in config.nodes]:
            if name in self._config_nodes:
                self._kubelets.pop(name).end_all()
                self._statuses.pop(name, None)
        self._config_nodes = set(config.nodes)

    def _take_on(self, name: str) -> None:
        """Let pods run on a node that somebody made by hand."""
        known = self._kubelets.keys() | {name}
        info = describe_node(name, max(2, len(known)), self._profile.load(), self.runtime.name)
        if name not in self._kubelets:
            self._kubelets[name] = self._make_kubelet(info)
        self._statuses[name] = FoundNodeStatus(self._client, self._clock, info)
        self._find_pods_of(name)

    def _find_pods_of(self, name: str) -> None:
        for pod in self._context.lister(PODS).by_node(name):
            self._manager.enqueue("kubelet", Key(pod["metadata"]["namespace"], pod["metadata"]["name"]))

    def _add(self, name: str, number: int, config: Config) -> None:
        info = describe_node(name, number, config, self.runtime.name)
        status = NodeStatus(self._client, self._clock, info)
        with self._server.batch():
            status.register()
        self._kubelets[name] = self._make_kubelet(info)
        self._statuses[name] = status
        self._manager.enqueue("kubelet-node-status", Key("", name))
        self._find_pods_of(name)

    def _make_kubelet(self, info: NodeInfo) -> Kubelet:
        options = KubeletOptions(
            info.name,
            self._directory / "pods",
            info.ip,
            host_hosts=_read("/etc/hosts"),
            host_resolv_conf=_read("/etc/resolv.conf"),
            writes_files=self._asked_runtime != "fake",
            tells_progress=self._asked_runtime != "fake",
            volumes_dir=self._directory / "volumes",
            api=self._api if self.runtime.name == "process" else None,
            commands_dir=None if self._asked_runtime == "fake" else self._directory / "commands",
            image_roots=self.runtime.name == "sandbox",
        )
        request = self._request_token if options.writes_files else self._promise_token
        return Kubelet(self._context, self.runtime, self.images, options, self._executor, request)

    def clean_up_orphans(self) -> None:
        """End what runs of pods that are no longer there; once, when the caches are filled."""
        for kubelet in self._kubelets.values():
            kubelet.clean_up_orphans()
            return

    def stop(self, *, end_pods: bool) -> None:
        """Let go of the runtime, or end all that it runs."""
        self._executor.shutdown(wait=False, cancel_futures=True)
        if end_pods:
            self.runtime.shutdown()
        else:
            self.runtime.close()

    def reconcile(self, key: Key) -> Result:
        """Let the kubelets that know the pod, or whose it is, bring it nearer to what it should be."""
        pod = self._context.lister(PODS).get(*key)
        node = (pod or {}).get("spec", {}).get("nodeName") or ""
        places = self._places.setdefault(key, {})
        if pod is not None and node:
            places[pod["metadata"]["uid"]] = self._nodes_by_uid[pod["metadata"]["uid"]] = node
        delays = [self._kubelets[p].reconcile(key).requeue_after for p in {*places.values()} if p in self._kubelets]
        if pod is None and all(d is None for d in delays):
            for uid in self._places.pop(key):
                del self._nodes_by_uid[uid]
        return Result(min((d for d in delays if d is not None), default=None))

    def _on_change(self, pod_uid: str) -> None:
        kubelet = self._kubelets.get(self._nodes_by_uid.get(pod_uid, ""))
        if kubelet is not None:
            kubelet.on_change(pod_uid)

    def _pod_changed(self, pod: Object, context: Context) -> Iterable[Key]:
        if pod["spec"].get("nodeName"):
            yield Key(pod["metadata"]["namespace"], pod["metadata"]["name"])

    def _config_map_changed(self, obj: Object, context: Context) -> Iterable[Key]:
        return self._find_referring("configMap", obj)

    def _secret_changed(self, obj: Object, context: Context) -> Iterable[Key]:
        return self._find_referring("secret", obj)

    def _find_referring(self, kind: str, obj: Object) -> Iterable[Key]:
        """Return the pods whose volumes show a "configMap" or "secret"."""
        namespace, name = obj["metadata"]["namespace"], obj["metadata"]["name"]
        for pod in self._context.lister(PODS).list(namespace):
            if pod["spec"].get("nodeName") and (kind, name) in list_references(pod):
                yield Key(namespace, pod["metadata"]["name"])

    def _request_token(
        self, namespace: str, service_account: str, pod: Object, audience: str, expiration_seconds: int
    ) -> tuple[str, float]:
        from minikube_py.component_base.clock import parse_rfc3339

        reference = {"kind": "Pod", "apiVersion": "v1", "name": pod["metadata"]["name"], "uid": pod["metadata"]["uid"]}
        spec = {
            "audiences": [audience] if audience else [],
            "expirationSeconds": expiration_seconds,
            "boundObjectRef": reference,
        }
        body = {
            "apiVersion": "authentication.k8s.io/v1",
            "kind": "TokenRequest",
            "metadata": {"name": service_account},
            "spec": spec,
        }
        answer = self._client.create(SERVICE_ACCOUNTS, body, namespace, subresource="token")
        return answer["status"]["token"], parse_rfc3339(answer["status"]["expirationTimestamp"])

    def _promise_token(
        self, namespace: str, service_account: str, pod: Object, audience: str, expiration_seconds: int
    ) -> tuple[str, float]:
        """Sign nothing where nobody will read it: that the account is there is all that matters. Raises NotFound."""
        if self._context.lister(SERVICE_ACCOUNTS).get(namespace, service_account) is None:
            raise new_not_found("", "serviceaccounts", service_account)
        return "", 0.0


class Inline(Executor):
    """Does what it is given at once: without processes nothing blocks, and what happens is the same each time."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Do it, and return what came of it."""
        done: Future[Any] = Future()
        done.set_result(fn(*args, **kwargs))
        return done


class _ScheduledCalls:
    """Makes each call when its key is due."""

    def __init__(self, calls: dict[Key, Callable[[], None]]) -> None:
        self._calls = calls

    def reconcile(self, key: Key) -> Result:
        self._calls.pop(key)()
        return Result()


def _read_stamp(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return -1


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
