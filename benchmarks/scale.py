"""A thousand nodes of the fake runtime and up to ten thousand pods: how long they take to come and to go, and what the daemon needs.

Cost must grow with the pods, not faster: so it is measured at 1,000, 5,000 and 10,000, and named per pod too.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from benchmarks.cluster import Cluster, make_deployment, new_folder
from benchmarks.costs import Spent, read_cpu_seconds, read_rss
from benchmarks.figures import Figure
from minikube_py.client.request import Request
from minikube_py.client.resources import DEPLOYMENTS, NAMESPACES, NODES, PODS
from minikube_py.client.rest import Client

NODE_COUNT = 1000
REPLICAS = 500  # of a Deployment
SIZES = (1000, 5000, 10_000)
PATIENCE = 600.0
LOOK_SECONDS = 0.25
IDLE_SECONDS = 30.0
MEMORY_MB, CREATE_SECONDS, DELETE_SECONDS = 700.0, 40.0, 30.0


def measure() -> Iterator[Figure]:
    """Start the nodes once; then for each size create, wait, delete the Deployments, and the last time the namespace too."""
    with new_folder() as cluster:
        yield Figure(f"{NODE_COUNT:,} nodes Ready", start(cluster, NODE_COUNT), "s")
        with cluster.client() as client:
            yield measure_idle(cluster, f"{NODE_COUNT:,} idle nodes, processor over {IDLE_SECONDS:.0f} s")
            for size in SIZES:
                yield from measure_size(cluster, client, size)
            yield from measure_namespace(cluster, client, SIZES[-1])


def start(cluster: Cluster, nodes: int) -> float:
    """Start a cluster; return the seconds until all its nodes are Ready."""
    began = time.perf_counter()
    cluster.mk("start", "--runtime", "fake", "--nodes", str(nodes))
    with cluster.client() as client:
        wait_until(lambda: len(client.list_items(NODES)) == nodes and all(map(is_ready, client.list_items(NODES))))
    return time.perf_counter() - began


def measure_size(cluster: Cluster, client: Client, size: int) -> Iterator[Figure]:
    """Create so many pods and delete them by their Deployments."""
    last = size == SIZES[-1]
    with Spent(cluster.daemon()) as spent:
        create(client, "default", size)
    yield Figure(f"{size:,} pods Running", spent.wall, "s", CREATE_SECONDS if last else None)
    yield Figure(f"{size:,} pods Running, per pod", spent.wall / size * 1000, "ms")
    yield Figure(f"{size:,} pods Running, the daemon's processor", spent.cpu, "s")
    yield Figure(f"{size:,} pods, memory of the daemon (RSS)", read_rss(cluster.daemon()), "MB", MEMORY_MB)
    if last:
        yield measure_idle(cluster, f"{size:,} idle pods, processor over {IDLE_SECONDS:.0f} s")
    with Spent(cluster.daemon()) as spent:
        for number in range(size // REPLICAS):
            client.delete(DEPLOYMENTS, name_of(number), "default")
        wait_until(lambda: count_pods(client, "default") == 0)
    yield Figure(f"{size:,} pods gone with their Deployments", spent.wall, "s", DELETE_SECONDS if last else None)
    yield Figure(f"{size:,} pods gone, per pod", spent.wall / size * 1000, "ms")
    yield Figure(f"{size:,} pods gone, the daemon's processor", spent.cpu, "s")


def measure_namespace(cluster: Cluster, client: Client, size: int) -> Iterator[Figure]:
    """Create so many pods in a namespace and delete that."""
    client.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "scale"}})
    with Spent(cluster.daemon()) as spent:
        create(client, "scale", size)
    yield Figure(f"{size:,} pods Running in a namespace", spent.wall, "s", CREATE_SECONDS)
    most = read_rss(cluster.daemon())

    def is_gone() -> bool:
        nonlocal most
        most = max(most, read_rss(cluster.daemon()))
        return all(n["metadata"]["name"] != "scale" for n in client.list_items(NAMESPACES))

    with Spent(cluster.daemon()) as spent:
        client.delete(NAMESPACES, "scale")
        wait_until(is_gone)
    yield Figure(f"{size:,} pods gone with their namespace", spent.wall, "s", DELETE_SECONDS)
    yield Figure(f"{size:,} pods gone with their namespace, the daemon's processor", spent.cpu, "s")
    yield Figure("memory of the daemon meanwhile, at most (RSS)", most, "MB", MEMORY_MB)


def create(client: Client, namespace: str, size: int) -> None:
    """Create Deployments of so many pods together, and wait until all are Running."""
    for number in range(size // REPLICAS):
        client.create(DEPLOYMENTS, make_numbered(number), namespace)
    wait_until(lambda: count_ready(client, namespace) == size)


def make_numbered(number: int) -> dict[str, object]:
    """Return one of many Deployments, each with labels of its own."""
    deployment = make_deployment(REPLICAS)
    labels = {"app": name_of(number)}
    deployment["metadata"]["name"] = name_of(number)
    deployment["spec"]["selector"] = {"matchLabels": labels}
    deployment["spec"]["template"]["metadata"]["labels"] = labels
    return deployment


def name_of(number: int) -> str:
    """Return a Deployment's name."""
    return f"web-{number}"


def count_ready(client: Client, namespace: str) -> int:
    """Return how many pods the Deployments have that are Ready: few objects to read, so that looking costs the daemon little."""
    return sum((d.get("status") or {}).get("readyReplicas", 0) for d in client.list_items(DEPLOYMENTS, namespace))


def count_pods(client: Client, namespace: str) -> int:
    """Return how many pods there are, reading one of them."""
    request = Request("list", PODS.group, PODS.version, PODS.plural, namespace, params={"limit": "1"})
    page = client.send(request).object
    return len(page["items"]) + (page["metadata"].get("remainingItemCount") or 0)


def is_ready(node: dict[str, dict[str, list[dict[str, str]]]]) -> bool:
    """Return whether a node is Ready."""
    conditions = (node.get("status") or {}).get("conditions") or []
    return any(c["type"] == "Ready" and c["status"] == "True" for c in conditions)


def wait_until(is_done: Callable[[], bool]) -> None:
    """Look until it is so. Raises TimeoutError."""
    end = time.monotonic() + PATIENCE
    while not is_done():
        if time.monotonic() > end:
            raise TimeoutError(f"not done within {PATIENCE:.0f} s")
        time.sleep(LOOK_SECONDS)


def measure_idle(cluster: Cluster, name: str) -> Figure:
    """Return the share of a core that the daemon takes while nothing is asked of it."""
    before = read_cpu_seconds(cluster.daemon())
    time.sleep(IDLE_SECONDS)
    return Figure(name, (read_cpu_seconds(cluster.daemon()) - before) / IDLE_SECONDS * 100, "%")
