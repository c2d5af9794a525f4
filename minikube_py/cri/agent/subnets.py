"""Loopback addresses for the pods of several clusters on one machine: each cluster's agent holds a part of the range of its own."""

from __future__ import annotations

import socket
import struct
import zlib

MARK = 10250  # the kubelet's port: bound at the first address of a part, which no pod has, it says that the part is taken
PART_BITS = 16


def hold_part(network: str, owner: str) -> tuple[socket.socket | None, str]:
    """Return a free /16 of `a.b.c.d/n` and what holds it until it is closed. The search begins where `owner` found one before, as a rule.

    Where such addresses cannot be bound (not Linux) or all are taken, it is the first part, held by nobody.
    """
    address, _, bits = network.partition("/")
    parts = 1 << max(0, PART_BITS - int(bits))
    first = struct.unpack("!I", socket.inet_aton(address))[0]
    begin = zlib.crc32(owner.encode()) % parts
    for number in range(parts):
        start = first + ((begin + number) % parts << PART_BITS)
        mark = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            mark.bind((socket.inet_ntoa(struct.pack("!I", start + 1)), MARK))
        except OSError:
            mark.close()
            continue
        return mark, f"{socket.inet_ntoa(struct.pack('!I', start))}/{PART_BITS}"
    return None, f"{address}/{PART_BITS}"
