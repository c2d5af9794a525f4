"""The little of rtnetlink(7) that a pod's network needs: links up, veth pairs, addresses, routes."""

from __future__ import annotations

import os
import socket
import struct
from itertools import count

_RTM_NEWLINK, _RTM_NEWADDR, _RTM_NEWROUTE = 16, 20, 24
_REQUEST_ACK = 0x1 | 0x4
_CREATE_EXCL = 0x400 | 0x200
_IFF_UP = 1
_IFLA_IFNAME, _IFLA_LINKINFO, _IFLA_NET_NS_FD = 3, 18, 28
_IFLA_INFO_KIND, _IFLA_INFO_DATA, _VETH_INFO_PEER = 1, 2, 1
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_RTA_DST, _RTA_OIF, _RTA_GATEWAY = 1, 4, 5
_TABLE_MAIN, _PROTOCOL_STATIC, _TYPE_UNICAST = 254, 4, 1
_SCOPE_UNIVERSE, _SCOPE_LINK = 0, 253

LOOPBACK = 1  # the index of lo in every network namespace


class Netlink:
    """A route socket of the network namespace it was opened in, wherever its process goes later. Calls raise OSError."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, 0)
        self._socket.bind((0, 0))
        self._sequence = count(1)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def set_up(self, index: int) -> None:
        """Bring a link up."""
        self._ask(_RTM_NEWLINK, 0, _link(index, _IFF_UP, _IFF_UP))

    def add_veth(self, name: str, index: int, peer_name: str, peer_index: int, peer_namespace: int) -> None:
        """Make a veth pair: this end here, the peer in the network namespace of a descriptor."""
        peer = (
            _link(peer_index) + _attribute(_IFLA_IFNAME, peer_name.encode() + b"\0") + _number(_IFLA_NET_NS_FD, peer_namespace)
        )
        data = _attribute(_IFLA_INFO_DATA, _attribute(_VETH_INFO_PEER, peer))
        info = _attribute(_IFLA_LINKINFO, _attribute(_IFLA_INFO_KIND, b"veth") + data)
        self._ask(_RTM_NEWLINK, _CREATE_EXCL, _link(index) + _attribute(_IFLA_IFNAME, name.encode() + b"\0") + info)

    def add_address(self, index: int, address: str) -> None:
        """Give a link an IPv4 address, with /32."""
        packed = socket.inet_aton(address)
        head = struct.pack("BBBBI", socket.AF_INET, 32, 0, _SCOPE_UNIVERSE, index)
        self._ask(_RTM_NEWADDR, _CREATE_EXCL, head + _attribute(_IFA_LOCAL, packed) + _attribute(_IFA_ADDRESS, packed))

    def add_host_route(self, address: str, index: int) -> None:
        """Send what is for one address out of a link."""
        self._add_route(32, _SCOPE_LINK, _attribute(_RTA_DST, socket.inet_aton(address)) + _number(_RTA_OIF, index))

    def add_default_route(self, gateway: str, index: int) -> None:
        """Send everything else to a gateway."""
        self._add_route(0, _SCOPE_UNIVERSE, _attribute(_RTA_GATEWAY, socket.inet_aton(gateway)) + _number(_RTA_OIF, index))

    def _add_route(self, bits: int, scope: int, attributes: bytes) -> None:
        head = struct.pack("8BI", socket.AF_INET, bits, 0, 0, _TABLE_MAIN, _PROTOCOL_STATIC, scope, _TYPE_UNICAST, 0)
        self._ask(_RTM_NEWROUTE, _CREATE_EXCL, head + attributes)

    def _ask(self, kind: int, flags: int, body: bytes) -> None:
        head = struct.pack("IHHII", 16 + len(body), kind, _REQUEST_ACK | flags, next(self._sequence), 0)
        self._socket.send(head + body)
        answer = self._socket.recv(65536)
        code = struct.unpack_from("i", answer, 16)[0]
        if code:
            raise OSError(-code, os.strerror(-code), f"rtnetlink {kind}")


def _link(index: int, flags: int = 0, change: int = 0) -> bytes:
    return struct.pack("BBHiII", socket.AF_UNSPEC, 0, 0, index, flags, change)


def _attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("HH", 4 + len(data), kind) + data + b"\0" * (-len(data) % 4)


def _number(kind: int, value: int) -> bytes:
    return _attribute(kind, struct.pack("I", value))
