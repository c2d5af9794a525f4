"""One end of an exec: what came with the server's answer counts, though nothing comes after it."""

from __future__ import annotations

import socket
from contextlib import closing

from minikube_py.apimachinery.httpstream.remote_command import STDOUT, V5, Wanted, WebSocketCommand, make_end_status
from minikube_py.client.remote.command_carriers import WebSocketCarrier
from minikube_py.client.remote.command_stream import CommandStream
from minikube_py.client.remote.upgrades import Upgraded
from minikube_py.client.streams import End, Output


def test_a_whole_session_in_one_packet_ends() -> None:
    session = WebSocketCommand(V5, Wanted(stdout=True))
    session.write(STDOUT, b"early")
    session.finish(make_end_status(3))
    here, there = socket.socketpair()
    with there, closing(CommandStream(Upgraded(here, V5, session.take_output()), WebSocketCarrier(V5))) as stream:
        assert stream.read() == [Output(STDOUT, b"early"), End(3)]
        assert there.recv(100)  # the close is answered
