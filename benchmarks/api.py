"""The API over https: writes on one connection, a long list, a hundred watches, two hundred clients at once, and the real kubectl."""

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
from benchmarks.daemon_idle import read_cpu_seconds, read_rss
from benchmarks.figures import Figure, find_kubectl, median_of, take_turns
from benchmarks.https_client import Address, AsyncConnection, Connection, connect, write_request

Object = dict[str, Any]
POSTS, PODS, WATCHES, CHANGES, CLIENTS = 500, 1000, 100, 1000, 200
CHANGES_A_SECOND = 200.0
SECONDS = 30.0  # in which many clients ask
LISTS, TURNS = 10, 10
MAPS, PODS_PATH = "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/pods"
WRITTEN = re.compile(rb'"written":"([0-9.]+)"')


def measure() -> Iterator[Figure]:
    """Measure on one cluster after the other."""
    with started("fake") as cluster:
        yield from measure_posts(cluster)
        yield from measure_watches(cluster)
        yield from measure_clients(cluster)
    with started("fake", nodes=10) as cluster:
        with cluster.client() as client:
            run_deployment(client, PODS)
        yield from measure_list(cluster)
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


class Spent:
    """What a block took: seconds on the wall, and of them processor time of the server."""

    def __init__(self, server: int) -> None:
        self._server = server

    def __enter__(self) -> Spent:
        """Begin."""
        self._cpu, self._began = read_cpu_seconds(self._server), time.perf_counter()
        return self

    def __exit__(self, *error: object) -> None:
        """End."""
        self.wall = time.perf_counter() - self._began
        self.cpu = read_cpu_seconds(self._server) - self._cpu


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


def measure_list(cluster: Cluster) -> Iterator[Figure]:
    """List all pods, in JSON."""
    connection, request = Connection(find_address(cluster)), write_request("GET", PODS_PATH)
    connection.ask(request)
    walls, cpu = [], 0.0
    for _ in range(LISTS):
        with Spent(find_server(cluster)) as spent:
            status, body = connection.ask(request)
        check(status == 200 and len(json.loads(body)["items"]) == PODS, "the list is not whole")
        walls.append(spent.wall)
        cpu += spent.cpu
    connection.close()
    yield Figure(f"list of {PODS} pods", median_of(walls) * 1000, "ms", 130.0)
    yield Figure(f"list of {PODS} pods, the server's processor", cpu / LISTS * 1000, "ms")


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


def measure_clients(cluster: Cluster) -> Iterator[Figure]:
    """Let many clients create, read, list, patch and delete at once for a while."""
    server = find_server(cluster)
    rss = {}
    with Spent(server) as spent:
        for half in ("first", "second"):  # in the first half memory may still grow to what so many clients take
            faults, answered = asyncio.run(ask_all(find_address(cluster), SECONDS / 2, half))
            rss[half] = read_rss(server)
            yield Figure(f"{CLIENTS} clients, {half} half, failed of {answered}", faults, "", 0.0)
    yield Figure(f"{CLIENTS} clients, memory after the first half", rss["first"], "MB")
    yield Figure(f"{CLIENTS} clients, memory after the second half", rss["second"], "MB", rss["first"] * 1.1)
    yield Figure(f"{CLIENTS} clients, the server's processor over {SECONDS:.0f} s", spent.cpu, "s")


async def ask_all(address: Address, seconds: float, prefix: str) -> tuple[int, int]:
    """Return how many answers were not as they should be, and how many there were."""
    context, end = address.make_context(), time.monotonic() + seconds
    counts = await asyncio.gather(*(ask_often(address, context, end, f"{prefix}-{n}") for n in range(CLIENTS)))
    return sum(faults for faults, _ in counts), sum(answered for _, answered in counts)


async def ask_often(address: Address, context: Any, end: float, name: str) -> tuple[int, int]:
    """Create, read, list, replace and delete one ConfigMap again and again."""
    connection, faults, answered = await connect(address, context), 0, 0
    one = f"{MAPS}/{name}"
    asked = (
        (201, write_request("POST", MAPS, make_map(name))),
        (200, write_request("GET", one)),
        (200, write_request("GET", f"{MAPS}?limit=10")),
        (200, write_request("PUT", one, make_map(name, b="2"))),
        (200, write_request("DELETE", one)),
    )
    while time.monotonic() < end:
        for wanted, request in asked:
            status, _ = await connection.ask(request)
            faults += status != wanted
            answered += 1
    await connection.close()
    return faults, answered


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
