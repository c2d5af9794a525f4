"""Time that passes while a command waits, without anybody waiting."""

from __future__ import annotations

import os

from tests.kubectl.cmd.conftest import Cluster


class Ticking:
    """What a watch waits on: each look takes a second of the cluster's clock."""

    def __init__(self, cluster: Cluster) -> None:
        self._clock = cluster.clock
        self._ends = os.pipe()
        os.write(self._ends[1], b"x")

    def fileno(self) -> int:
        return self._ends[0]

    def drain(self) -> bool:
        self._clock.advance(1)
        return True

    def close(self) -> None:
        for end in self._ends:
            os.close(end)
