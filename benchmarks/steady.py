"""What the API server keeps of what is over: its memory, threads and descriptors after many clients, watches, commands and forwards."""

from __future__ import annotations

import asyncio
import select
import socket
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from benchmarks.api import MAPS, PODS_PATH, check, find_address, find_server, make_map
from benchmarks.cluster import Cluster, started
from benchmarks.costs import Spent, count_files, count_threads, read_rss
from benchmarks.figures import Figure
from benchmarks.https_client import Address, connect, write_request
from minikube_py.client import kubeconfig
from minikube_py.client.streams import End, PodStreams
from minikube_py.cmd.remote import connect_remote

CLIENTS, SECONDS, TIMES = 200, 30.0, 3
WATCHES, OPENED = 100, 50
COMMANDS, FORWARDS = 1000, 500
ROUNDS = 5  # in which each kind of stream is counted up to; the first may make what stays
GROWTH = 1.1  # of memory, from the first round to the last
SPARE_FILES, SPARE_THREADS = 4, 2  # what is just about to end


class Kept(NamedTuple):
    """What a process has at a moment."""

    rss: float
    threads: int
    files: int


def measure() -> Iterator[Figure]:
    """Count on one cluster of real processes."""
    with started("process") as cluster:
        cluster.mk("run", "web", "--image=nginx", "--port=80")
        cluster.mk("wait", "--for=condition=Ready", "pod/web", "--timeout=30s")
        address = find_address(cluster)
        asyncio.run(open_watches(address, 1))  # the server starts with its first client
        server = find_server(cluster)
        yield from measure_clients(server, address)
        yield from count_rounds(
            server, f"{WATCHES} watches opened {OPENED} times", lambda: asyncio.run(open_watches(address, OPENED // ROUNDS))
        )
        streams = open_streams(cluster)
        yield from count_rounds(server, f"{COMMANDS} commands", lambda: run_commands(streams))
        yield from count_rounds(server, f"{FORWARDS} forwarded connections", lambda: forward(streams))


def look(server: int) -> Kept:
    """Return what the server has now."""
    return Kept(read_rss(server), count_threads(server), count_files(server))


def count_rounds(server: int, name: str, do: Callable[[], None]) -> Iterator[Figure]:
    """Do something again and again, and tell what is more after the last round than after the first."""
    kept = []
    for _ in range(ROUNDS):
        do()
        kept.append(look(server))
    first, last = kept[0], kept[-1]
    yield Figure(f"{name}, memory", last.rss, "MB", first.rss * GROWTH)
    yield Figure(f"{name}, threads more", last.threads - first.threads, "", SPARE_THREADS)
    yield Figure(f"{name}, descriptors more", last.files - first.files, "", SPARE_FILES)


def measure_clients(server: int, address: Address) -> Iterator[Figure]:
    """Let many clients create, read, list, replace and delete at once, again and again."""
    kept = []
    with Spent(server) as spent:
        for time in range(TIMES):
            faults, answered = asyncio.run(ask_all(address, SECONDS, f"round-{time}"))
            kept.append(look(server))
            yield Figure(f"{CLIENTS} clients for {SECONDS:.0f} s, failed of {answered}", faults, "", 0.0)
    yield Figure(f"{CLIENTS} clients, memory after {SECONDS:.0f} s", kept[0].rss, "MB")
    yield Figure(f"{CLIENTS} clients, memory after {TIMES * SECONDS:.0f} s", kept[-1].rss, "MB", kept[0].rss * GROWTH)
    yield Figure(f"{CLIENTS} clients, the server's processor over {TIMES * SECONDS:.0f} s", spent.cpu, "s")


async def ask_all(address: Address, seconds: float, prefix: str) -> tuple[int, int]:
    """Return how many answers were not as they should be, and how many there were."""
    context, end = address.make_context(), asyncio.get_running_loop().time() + seconds
    counts = await asyncio.gather(*(ask_often(address, context, end, f"{prefix}-{n}") for n in range(CLIENTS)))
    return sum(faults for faults, _ in counts), sum(answered for _, answered in counts)


async def ask_often(address: Address, context: Any, end: float, name: str) -> tuple[int, int]:
    """Create, read, list, replace and delete one ConfigMap again and again."""
    connection, faults, answered = await connect(address, context), 0, 0
    one, loop = f"{MAPS}/{name}", asyncio.get_running_loop()
    asked = (
        (201, write_request("POST", MAPS, make_map(name))),
        (200, write_request("GET", one)),
        (200, write_request("GET", f"{MAPS}?limit=10")),
        (200, write_request("PUT", one, make_map(name, b="2"))),
        (200, write_request("DELETE", one)),
    )
    while loop.time() < end:
        for wanted, request in asked:
            status, _ = await connection.ask(request)
            faults += status != wanted
            answered += 1
    await connection.close()
    return faults, answered


async def open_watches(address: Address, times: int) -> None:
    """Open many watches, wait for the first event of each and hang up; again and again."""
    context, request = address.make_context(), write_request("GET", f"{PODS_PATH}?watch=true")
    for _ in range(times):
        connections = [await connect(address, context) for _ in range(WATCHES)]
        watches = [connection.watch(request) for connection in connections]
        await asyncio.gather(*(anext(watch) for watch in watches))
        for connection in connections:
            await connection.close()


def open_streams(cluster: Cluster) -> PodStreams:
    """Return streams to pods over https, whatever way this machine has besides."""
    config = kubeconfig.load(cluster.environment["KUBECONFIG"])
    streams: PodStreams = connect_remote(kubeconfig.choose(config)._replace(state="")).streams
    return streams


def run_commands(streams: PodStreams) -> None:
    """Run as many commands as a round has, each when the one before has ended."""
    for _ in range(COMMANDS // ROUNDS):
        stream = streams.exec("default", "web", "web", ["echo", "hi"], stdin=False, tty=False)
        got: list[Any] = []
        while not any(isinstance(part, End) for part in got):
            select.select([stream], [], [])
            got += stream.read()
        stream.close()
        check(any(getattr(part, "data", b"") == b"hi\n" for part in got), "a command did not say what it was told")


def forward(streams: PodStreams) -> None:
    """Open as many forwarded connections as a round has; each asks one thing."""
    for _ in range(FORWARDS // ROUNDS):
        with streams.port_forward("default", "web", 80) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
            connection.shutdown(socket.SHUT_WR)
            check(connection.recv(1 << 16).startswith(b"HTTP/1"), "nothing answered a forwarded connection")
