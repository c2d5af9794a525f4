"""exec and attach over TLS as clients of all protocols see them, with a command whose moves the tests make."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from minikube_py.apimachinery.httpstream.remote_command import Wanted, WebSocketCommand
from minikube_py.apiserver.serving.command_streams import MAX_PENDING, CommandSession
from minikube_py.apiserver.serving.pod_connections import PodConnections
from minikube_py.client.streams import STDERR, STDOUT, NotRunning, Output
from tests.apiserver.serving.conftest import Api, Folder, serve
from tests.apiserver.serving.stream_clients import ALL, POD, Channels, Spdy, Upgraded, upgrade
from tests.apiserver.serving.stream_fakes import FakeCommand, FakePod, Opening

STDIN, ERROR, RESIZE, CLOSE = 0, 3, 4, 255
EXEC = f"{POD}/exec?command=cat&command=-v&container=c&{ALL}"
WEBSOCKETS = [
    "v5.channel.k8s.io",
    "v4.channel.k8s.io",
    "v4.base64.channel.k8s.io",
    "channel.k8s.io",
    "base64.channel.k8s.io",
    "",
]
SPDYS = ["v5.channel.k8s.io", "v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"]


@pytest.fixture
def pod() -> Iterator[FakePod]:
    fake = FakePod()
    yield fake
    fake.discard()


@pytest.fixture
def api(folder: Folder, pod: FakePod) -> Iterator[Api]:
    yield from serve(folder, connect=PodConnections(pod).connect)


class Opener:
    """Opens connections and closes what a test left open."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._open: list[Upgraded] = []

    def upgrade(self, path: str, protocols: str, *, spdy: bool = False) -> Upgraded:
        self._open.append(upgrade(self._api, path, protocols, spdy=spdy))
        return self._open[-1]

    def channels(self, path: str = EXEC, protocol: str = "v5.channel.k8s.io") -> Channels:
        return Channels(self.upgrade(path, protocol), protocol)

    def spdy(self, path: str = EXEC, protocol: str = "v4.channel.k8s.io", *more: str) -> Spdy:
        client = Spdy(self.upgrade(path, protocol, spdy=True))
        for name in ("error", "stdin", "stdout", "stderr", *more):
            client.open(name, streamtype=name)
        return client

    def close(self) -> None:
        for connection in self._open:
            connection.close()


@pytest.fixture
def opener(api: Api) -> Iterator[Opener]:
    made = Opener(api)
    yield made
    made.close()


@pytest.mark.parametrize("protocol", WEBSOCKETS, ids=lambda name: name or "none")
def test_websockets_carry_input_output_and_success(opener: Opener, pod: FakePod, protocol: str) -> None:
    client = opener.channels(protocol=protocol)
    command = pod.next_command()
    assert pod.openings == [Opening("web", "c", ("cat", "-v"), True, False)]
    client.send(STDIN, b"typed \xff")
    assert command.take_input(7) == b"typed \xff"
    command.say(b"out \xfe")
    command.say(b"err", STDERR)
    assert (client.read(STDOUT, 5), client.read(STDERR, 3)) == (b"out \xfe", b"err")
    command.end()
    left = client.read_all()
    if protocol.startswith(("v4", "v5")):
        assert json.loads(left[ERROR]) == {"metadata": {}, "status": "Success"}
    else:
        assert left == {}
    client.close()
    assert command.take() == "closed"


@pytest.mark.parametrize("protocol", SPDYS)
def test_spdy_carries_input_its_end_output_and_success(opener: Opener, pod: FakePod, protocol: str) -> None:
    client = opener.spdy(protocol=protocol)
    command = pod.next_command()
    assert client.connection.headers["X-Stream-Protocol-Version"] == protocol
    client.send("stdin", b"typed")
    client.end("stdin")
    assert (command.take(), command.take()) == (b"typed", "eof")
    command.say(b"out")
    command.say(b"err", STDERR)
    command.end()
    assert (client.read_all("stdout"), client.read_all("stderr")) == (b"out", b"err")
    said = client.read_all("error")
    assert json.loads(said or b"{}").get("status") == ("Success" if protocol[:2] in ("v4", "v5") else None)
    client.connection.close()
    assert command.take() == "closed"


def test_a_client_of_spdy_that_offers_nothing_speaks_the_oldest(opener: Opener, pod: FakePod) -> None:
    client = opener.spdy(EXEC, "")
    assert "X-Stream-Protocol-Version" not in client.connection.headers
    pod.next_command().end(3)
    assert client.read_all("error") == b"command terminated with non-zero exit code: exit status 3"


def test_the_first_protocol_of_the_clients_that_is_known_is_spoken(opener: Opener) -> None:
    connection = opener.upgrade(EXEC, "v9.channel.k8s.io, v4.channel.k8s.io, v5.channel.k8s.io")
    assert connection.headers["Sec-WebSocket-Protocol"] == "v4.channel.k8s.io"


def test_version_5_can_end_input_alone(opener: Opener, pod: FakePod) -> None:
    client, command = opener.channels(), pod.next_command()
    client.send(STDIN, b"all of it")
    client.send(CLOSE, bytes((STDIN,)))
    assert (command.take(), command.take()) == (b"all of it", "eof")
    command.say(b"counted: 9")
    assert client.read(STDOUT, 10) == b"counted: 9"


def test_version_4_cannot(opener: Opener, pod: FakePod) -> None:
    client, command = opener.channels(protocol="v4.channel.k8s.io"), pod.next_command()
    client.send(CLOSE, bytes((STDIN,)))
    client.send(STDIN, b"more")
    assert command.take() == b"more"


@pytest.mark.parametrize("spdy", [False, True], ids=["websocket", "spdy"])
def test_an_exit_code_is_told_as_a_status(opener: Opener, pod: FakePod, spdy: bool) -> None:
    if spdy:
        client = opener.spdy()
        pod.next_command().end(7)
        said = client.read_all("error")
    else:
        channels = opener.channels()
        pod.next_command().end(7)
        said = channels.read_all()[ERROR]
    assert json.loads(said) == {
        "metadata": {},
        "status": "Failure",
        "message": "command terminated with non-zero exit code: exit status 7",
        "reason": "NonZeroExitCode",
        "details": {"causes": [{"reason": "ExitCode", "message": "7"}]},
    }


@pytest.mark.parametrize("spdy", [False, True], ids=["websocket", "spdy"])
def test_a_terminal_has_a_size_and_one_output(opener: Opener, pod: FakePod, spdy: bool) -> None:
    path = f"{POD}/attach?stdin=1&stdout=1&tty=true"
    size = b'{"Width":120,"Height":50}\n'
    if spdy:
        client = Spdy(opener.upgrade(path, "v4.channel.k8s.io", spdy=True))
        for name in ("error", "stdin", "stdout", "resize"):
            client.open(name, streamtype=name)
        client.send("resize", size)
    else:
        opener.channels(path).send(RESIZE, size)
    assert pod.next_command().take() == (120, 50)
    assert pod.openings == [Opening("web", "", None, True, True)]


def test_who_attaches_is_told_the_end_and_no_exit_code(opener: Opener, pod: FakePod) -> None:
    """kubectl run looks at the pod for it, and takes a failure here for one of the connection."""
    client = opener.channels(f"{POD}/attach?stdout=1")
    pod.next_command().end(4)
    assert json.loads(client.read_all()[ERROR]) == {"metadata": {}, "status": "Success"}


def test_streams_are_of_pods_only(opener: Opener, pod: FakePod) -> None:
    """Who may do anything with deployments gets no shell in the pod of that name."""
    path = EXEC.replace("/api/v1", "/apis/apps/v1").replace("/pods/", "/deployments/")
    assert opener.upgrade(path, "v5.channel.k8s.io").read_status()["code"] == 404
    assert pod.openings == []


@pytest.mark.parametrize("spdy", [False, True], ids=["websocket", "spdy"])
def test_what_does_not_run_is_told_on_the_error_stream(opener: Opener, pod: FakePod, spdy: bool) -> None:
    pod.refusal = NotRunning('container not found ("c")')
    said = opener.spdy().read_all("error") if spdy else opener.channels().read_all()[ERROR]
    status = json.loads(said)
    assert (status["status"], status["message"]) == ("Failure", 'container not found ("c")')


REFUSALS: list[Any] = [
    pytest.param(f"{POD}/exec?command=ls", "v5.channel.k8s.io", False, 400, "at least one of stdin, stdout, stderr", id="no stream"),
    pytest.param(f"{POD}/exec?stdout=1", "v5.channel.k8s.io", False, 400, "at least one command", id="no command"),
    pytest.param(EXEC, "v9.channel.k8s.io", False, 400, "none of the protocols offered is known", id="unknown websocket"),
    pytest.param(EXEC, "v9.channel.k8s.io", True, 403, "unable to negotiate protocol: client supports [v9.", id="unknown spdy"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "protocol", "spdy", "code", "words"), REFUSALS)
def test_refusals_are_statuses(opener: Opener, path: str, protocol: str, spdy: bool, code: int, words: str) -> None:
    connection = opener.upgrade(path, protocol, spdy=spdy)
    status = connection.read_status()
    assert (connection.status, status["code"]) == (code, code)
    assert words in status["message"]


@pytest.mark.parametrize("polite", [True, False], ids=["with a close", "without a word"])
def test_who_hangs_up_ends_the_stream(opener: Opener, pod: FakePod, polite: bool) -> None:
    client, command = opener.channels(), pod.next_command()
    client.close() if polite else client.connection.close()
    assert command.take() == "closed"


def test_nonsense_ends_the_stream(opener: Opener, pod: FakePod) -> None:
    client, command = opener.spdy(), pod.next_command()
    client.connection.socket.sendall(b"\x80\x02" + bytes(30))  # SPDY/2
    assert command.take() == "closed"


def test_many_at_once_do_not_mix(opener: Opener, pod: FakePod) -> None:
    pairs = []
    for _ in range(12):
        client = opener.channels()
        pairs.append((client, pod.next_command()))
    for number, (_, command) in reversed(list(enumerate(pairs))):
        command.say(b"%4d" % number)
        command.end(number)
    for number, (client, _) in enumerate(pairs):
        said = client.read_all()
        assert said[STDOUT] == b"%4d" % number
        assert json.loads(said[ERROR])["status"] == ("Failure" if number else "Success")


def test_a_command_that_reads_slowly_is_not_sent_more(opener: Opener, pod: FakePod) -> None:
    client, command = opener.channels(), pod.next_command()
    command.holds = True
    whole = bytes(3 * MAX_PENDING)
    for start in range(0, len(whole), 32 << 10):
        client.send(STDIN, whole[start : start + (32 << 10)])
    assert command.take_input(len(whole)) == whole
    assert command.most_held < MAX_PENDING + (256 << 10)


class StuckChannel:
    """A connection whose client takes nothing, or only what it is allowed to."""

    def __init__(self) -> None:
        self.written = 0
        self.room = asyncio.Event()

    async def read(self) -> bytes:
        await asyncio.Event().wait()
        return b""

    async def write(self, data: bytes) -> None:
        self.written += len(data)
        await self.room.wait()

    def close(self) -> None:
        """It is the test's."""


def test_a_client_that_reads_nothing_holds_the_command_up() -> None:
    """However much the command has to say, one piece of it is held."""
    reads = 0

    class Talkative(FakeCommand):
        def read(self) -> Any:
            nonlocal reads
            reads += 1
            return [Output(STDOUT, bytes(32 << 10))]

    async def play(command: FakeCommand) -> None:
        channel = StuckChannel()
        session = CommandSession(channel, WebSocketCommand("v5.channel.k8s.io", Wanted(stdout=True)), command)
        running = asyncio.ensure_future(session.run())
        while not channel.written:
            await asyncio.sleep(0)
        for _ in range(100):
            await asyncio.sleep(0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    command = Talkative()
    try:
        asyncio.run(play(command))
        assert (reads, command.is_closed) == (1, True)
    finally:
        command.discard()
