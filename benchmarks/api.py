"""The API over https: writes on one connection, long lists, a hundred watches, and the real kubectl."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from benchmarks.cluster import Cluster, run_deployment, started
from benchmarks.costs import Spent
from benchmarks.figures import Figure, find_kubectl, median_of, take_turns
from benchmarks.https_client import JSON, Address, AsyncConnection, Connection, connect, write_request

Object = dict[str, Any]
POSTS, PODS, WATCHES, CHANGES = 500, 1000, 100, 1000
CHANGES_A_SECOND = 200.0
SECONDS = 30.0  # after which a watch of which nothing comes has lost the rest
TURNS = 10
MAPS, PODS_PATH = "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods"
LISTS = (  # what of, the query, the form
    ("JSON", "", JSON),
    ("a Table", "", f"{JSON};as=Table;v=v1;g=meta.k8s.io"),
    ("protobuf", "", "application/vnd.kubernetes.protobuf"),
    ("JSON of a selector", "?labelSelector=app%3Dweb", JSON),
)
WRITTEN = re.compile(rb'"written":"([0-9.]+)"')


def measure() -> Iterator[Figure]:
    """Measure on one cluster after the other."""
    with started("fake") as cluster:
        yield from measure_posts(cluster)
        yield from measure_watches(cluster)
    with started("fake", nodes=10) as cluster:
        with cluster.client() as client:
            run_deployment(client, PODS)
        yield from measure_lists(cluster)
        yield from measure_kubectl(cluster)


def find_address(cluster: Cluster) -> Address:
    """Return where a cluster's API is."""
    config = json.loads(cluster.mk("config", "view", "--minify", "-o", "json"))
    url = urlsplit(config["clusters"][0]["cluster"]["server"])
    return Address(url.hostname or "", url.port or 0, cluster.directory / "pki")


def find_server(cluster: Cluster) -> int:
    """Return the process that serves https: the daemon's child, which the first client brings to life."""
    children = Path(f"/proc/{cluster.daemon()}/task/{cluster.daemon()}/children").read_text().split()
    return next(int(pid) for pid in children if b"cmd.api_server" in Path(f"/proc/{pid}/cmdline").read_bytes())


def make_map(name: str, **data: str) -> Object:
    """Return a ConfigMap."""
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"a": "1", **data}}


def measure_posts(cluster: Cluster) -> Iterator[Figure]:
    """Create ConfigMaps, each when the one before was answered."""
    connection = Connection(find_address(cluster))
    connection.ask(write_request("GET", "/version"))
    requests = [write_request("POST", MAPS, make_map(f"posted-{number}")) for number in range(POSTS)]
    with Spent(find_server(cluster)) as spent:
        answers = [connection.ask(request)[0] for request in requests]
    connection.close()
    check(answers == [201] * POSTS, "a ConfigMap was refused")
    yield Figure(f"{POSTS} POSTs on one connection", spent.wall, "s", 0.7, time_syncs(cluster), "as many bare syncs")
    yield Figure(f"{POSTS} POSTs, the server's processor", spent.cpu, "s")


def time_syncs(cluster: Cluster) -> float:
    """Return the seconds in which the disk takes as many small writes for good: no server that keeps its word is quicker."""
    descriptor = os.open(cluster.folder / "synced", os.O_WRONLY | os.O_CREAT, 0o600)
    began = time.perf_counter()
    for number in range(POSTS):
        os.pwrite(descriptor, bytes(8192), number * 8192)
        os.fdatasync(descriptor)
    seconds = time.perf_counter() - began
    os.close(descriptor)
    return seconds


def measure_lists(cluster: Cluster) -> Iterator[Figure]:
    """List all pods in the forms that clients ask for: the first time, and again when nothing has changed."""
    connection = Connection(find_address(cluster))
    connection.ask(write_request("GET", "/version"))
    server = find_server(cluster)
    for name, query, accept in LISTS:
        request = write_request("GET", PODS_PATH + query, accept=accept)
        with Spent(server) as first:
            status, body = connection.ask(request)
        check(status == 200 and body.count(b"web-") >= PODS, "the list is not whole")
        with Spent(server) as again:
            walls = [time_request(connection, request) for _ in range(TURNS)]
        target = 130.0 if name == "JSON" else None
        yield Figure(f"list of {PODS} pods, {name}, the first", first.wall * 1000, "ms", target)
        yield Figure(f"list of {PODS} pods, {name}, the first, the server's processor", first.cpu * 1000, "ms")
        yield Figure(f"list of {PODS} pods, {name}, again", median_of(walls) * 1000, "ms", target)
        yield Figure(f"list of {PODS} pods, {name}, again, the server's processor", again.cpu / TURNS * 1000, "ms")
    connection.close()


def time_request(connection: Connection, request: bytes) -> float:
    """Return the seconds until a request was answered."""
    began = time.perf_counter()
    connection.ask(request)
    return time.perf_counter() - began


def measure_watches(cluster: Cluster) -> Iterator[Figure]:
    """Let many watch while another process writes; each change says when it was begun to be written, before it was committed."""
    address = find_address(cluster)
    writer = multiprocessing.get_context("spawn").Process(target=write_changes, args=(address,))
    with Spent(find_server(cluster)) as spent:
        delays = asyncio.run(watch_all(address, writer.start))
        writer.join()
    seen = sum(map(len, delays))
    yield Figure(f"{WATCHES} watches, changes lost of {CHANGES}", WATCHES * CHANGES - seen, "", 0.0)
    ordered = sorted(delay for one in delays for delay in one)
    yield Figure("from before a write until it was seen, median", ordered[seen // 2] * 1000, "ms", 50.0)
    yield Figure("from before a write until it was seen, 99 %", ordered[seen * 99 // 100] * 1000, "ms")
    yield Figure(f"{WATCHES} watches, the server's processor", spent.cpu, "s")


def write_changes(address: Address) -> None:
    """Create ConfigMaps at an even pace. Runs in a process of its own: the clock counts the same in all of them."""
    connection, began = Connection(address), time.monotonic()
    for number in range(CHANGES):
        time.sleep(max(0.0, began + number / CHANGES_A_SECOND - time.monotonic()))
        body = make_map(f"changed-{number}", written=str(time.monotonic()))
        check(connection.ask(write_request("POST", MAPS, body))[0] == 201, "a ConfigMap was refused")
    connection.close()


async def watch_all(address: Address, begin: Callable[[], None]) -> list[list[float]]:
    """Return for each watch how long after it was written it saw each change."""
    context = address.make_context()
    connections = [await connect(address, context) for _ in range(WATCHES)]
    _, listed = await connections[0].ask(write_request("GET", f"{MAPS}?limit=1"))
    target = f"{MAPS}?watch=true&resourceVersion={json.loads(listed)['metadata']['resourceVersion']}"
    watching = [asyncio.create_task(watch_one(connection, target)) for connection in connections]
    begin()
    return list(await asyncio.gather(*watching))


async def watch_one(connection: AsyncConnection, target: str) -> list[float]:
    """Watch until all was seen, or nothing came any more."""
    delays: list[float] = []
    events = connection.watch(write_request("GET", target))
    try:
        while len(delays) < CHANGES:
            async with asyncio.timeout(SECONDS):
                data = await anext(events)
            now = time.monotonic()
            delays += [now - float(written) for written in WRITTEN.findall(data)]
    except TimeoutError:
        pass
    await connection.close()
    return delays


def measure_kubectl(cluster: Cluster) -> Iterator[Figure]:
    """Run the real kubectl against the cluster, and without any."""
    kubectl = find_kubectl()
    if kubectl is None:
        return
    commands = [[kubectl, "get", "pods"], [kubectl, "version", "--client"]]
    ours, peer = take_turns(commands, cluster.environment, TURNS)
    for index, what in enumerate(("wall", "processor")):
        mine, other = (median_of(run[index] for run in runs) * 1000 for runs in (ours, peer))
        yield Figure(f"kubectl get pods, {PODS} pods, {what}", mine, "ms", None, other, "kubectl version --client")


def check(holds: bool, why: str) -> None:
    """Give up where something is not as it must be. Raises RuntimeError."""
    if not holds:
        raise RuntimeError(why)
