"""Randomness that repeats itself: what is drawn follows from a seed and from how far the cluster's history has come.

So every process that writes to a cluster draws from the same source, without a state of its own that could get lost.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from typing import Any

BITS = 512


class SeededRandom(random.Random):
    """Draws by `seed`, the revision that `read_revision()` returns, and the number of draws since that came."""

    def __init__(self, seed: str, read_revision: Callable[[], int]) -> None:
        self._seed = seed
        self._read_revision = read_revision
        self._revision = -1
        self._draws = 0
        super().__init__()

    def seed(self, *_: Any) -> None:
        """Do nothing: the seed is given once."""

    def getrandbits(self, k: int, /) -> int:
        """Return `k` bits. Raises ValueError for more than there are in one draw."""
        if not 0 <= k <= BITS:
            raise ValueError(f"{k} bits cannot be drawn at once")
        revision = self._read_revision()
        self._draws = self._draws + 1 if revision == self._revision else 1
        self._revision = revision
        digest = hashlib.blake2b(f"{self._seed}/{revision}/{self._draws}".encode(), digest_size=BITS // 8).digest()
        return int.from_bytes(digest) >> (BITS - k)

    def random(self) -> float:
        """Return a number of [0, 1)."""
        return self.getrandbits(53) / (1 << 53)
