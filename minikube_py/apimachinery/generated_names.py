"""Names that Kubernetes makes up: random suffixes and hashes of pod templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random

ALPHANUMS = "bcdfghjklmnpqrstvwxz2456789"
"""No vowels and nothing that looks like one, so that no words come out."""

MAX_BASE_LENGTH = 58
SUFFIX_LENGTH = 5


def random_suffix(rng: random.Random, length: int = SUFFIX_LENGTH) -> str:
    """Return `length` random characters of ALPHANUMS."""
    return "".join(rng.choices(ALPHANUMS, k=length))


def generate_name(base: str, rng: random.Random) -> str:
    """Return `base`, cut to 58 characters, with five random ones after it: what generateName gives."""
    return base[:MAX_BASE_LENGTH] + random_suffix(rng)


def safe_encode(text: str) -> str:
    """Return `text` with each character replaced by one of ALPHANUMS."""
    return "".join(ALPHANUMS[ord(character) % len(ALPHANUMS)] for character in text)


def compute_hash(template: Mapping[str, Any], collision_count: int | None = None) -> str:
    """Return the pod-template-hash of a template: stable, the same whatever the order of keys.

    A template whose hash is taken by another gets a new one with the next `collision_count`. The number differs from the
    one Kubernetes computes, which depends on Go's memory layout; the form is the same.
    """
    import json

    digest = hash_fnv1a(json.dumps(template, sort_keys=True, separators=(",", ":")).encode())
    if collision_count is not None:
        digest = hash_fnv1a(collision_count.to_bytes(8, "little"), digest)
    return safe_encode(str(digest))


def hash_fnv1a(data: bytes, start: int = 0x811C9DC5) -> int:
    """Return the 32 bit FNV-1a hash of `data`, going on from `start`."""
    digest = start
    for byte in data:
        digest = ((digest ^ byte) * 0x01000193) & 0xFFFFFFFF
    return digest
