from __future__ import annotations

import fcntl
import os
import resource
import socket
from collections.abc import Iterator

import pytest

from minikube_py.component_base.sockets import wait_readable

HIGH = 1500  # more than select(2) knows


class End:
    """An end of a pair of sockets, with the descriptor given."""

    def __init__(self, number: int) -> None:
        self._number = number

    def fileno(self) -> int:
        return self._number


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def test_it_tells_whether_something_came(pair: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = pair
    assert not wait_readable((ours,), 0)
    theirs.send(b"x")
    assert wait_readable((theirs, ours), 20)


def test_the_end_is_something_to_read(pair: tuple[socket.socket, socket.socket]) -> None:
    pair[1].close()
    assert wait_readable((pair[0],), 20)


@pytest.mark.skipif(resource.getrlimit(resource.RLIMIT_NOFILE)[0] <= HIGH, reason="so many files may not be open here")
def test_any_number_of_open_files(pair: tuple[socket.socket, socket.socket]) -> None:
    high = fcntl.fcntl(pair[0].fileno(), fcntl.F_DUPFD_CLOEXEC, HIGH)
    try:
        assert not wait_readable((End(high),), 0)
        pair[1].send(b"x")
        assert wait_readable((End(high),), 20)
    finally:
        os.close(high)
