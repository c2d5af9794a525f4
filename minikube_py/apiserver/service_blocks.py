"""The blocks that cluster IPs are from: those of the ServiceCIDRs that are ready. IPv4 only, as this cluster is.

Upstream: pkg/registry/core/service/ipallocator. https://kubernetes.io/docs/tasks/network/extend-service-ip-ranges/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.apimachinery.unstructured import find_condition
from minikube_py.storage.interface import Query

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]
Band = tuple[int, int]
CLUSTER_CIDR = "10.96.0.0/16"
RESOURCE = "servicecidrs.networking.k8s.io"
_MISMATCH = "the provided network does not match the current range"


class Block(NamedTuple):
    """A range of addresses, as numbers; the first and the last one are nobody's."""

    cidr: str
    first: int
    last: int

    def list_bands(self) -> tuple[Band, ...]:
        """Return the free ranges in the order in which they are used up: the lower end is left to those who choose themselves."""
        size = self.last - self.first - 1
        if size <= 0:
            return ()
        offset = min(max(16, size // 16), 256) if size > 16 else 0
        upper = (self.first + 1 + offset, self.last - 1)
        return (upper, (self.first + 1, self.first + offset)) if offset else (upper,)


def list_blocks(server: ApiServer) -> list[Block]:
    """Return the blocks from which addresses are given; the default one where no ServiceCIDR says otherwise."""
    stored = server.store.list(Query(RESOURCE)).items
    if not stored:
        return [parse_block(CLUSTER_CIDR)]
    stored = sorted(stored, key=lambda cidr: (cidr["metadata"]["creationTimestamp"], cidr["metadata"]["name"]))
    return [
        parse_block(text) for cidr in stored if is_ready(cidr) for text in cidr["spec"].get("cidrs") or () if ":" not in text
    ]


def is_ready(cidr: Object) -> bool:
    """Return whether addresses are given from a ServiceCIDR: also while nobody has said anything of it yet."""
    condition = find_condition((cidr.get("status") or {}).get("conditions") or (), "Ready")
    return not cidr["metadata"].get("deletionTimestamp") and (condition is None or condition["status"] == "True")


def parse_block(text: str) -> Block:
    """Return an IPv4 block."""
    address, _, prefix = text.partition("/")
    first = number_of(address)
    return Block(text, first, first | ((1 << (32 - int(prefix))) - 1))


def number_of(address: str) -> int:
    """Return an IPv4 address as a number."""
    return int.from_bytes(bytes(map(int, address.split("."))), "big")


def dotted(number: int) -> str:
    """Return the address that a number stands for."""
    return ".".join(map(str, number.to_bytes(4, "big")))


def judge_address(address: str, blocks: list[Block]) -> str:
    """Return why an address cannot be given, "" where it can."""
    number = number_of(address)
    block = next((b for b in blocks if b.first <= number <= b.last), None)
    if block is None:
        return _MISMATCH
    if number in (block.first, block.last):
        return f"the provided IP ({address}) is not in the valid range. The range of valid IPs is {block.cidr}"
    return ""
