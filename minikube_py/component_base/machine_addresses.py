"""The IP addresses of this machine, as far as the system tells them without further programs."""

from __future__ import annotations

import errno
import socket
import struct
from contextlib import closing, suppress

EVERY = ("0.0.0.0", "::")  # noqa: S104 - what stands for all addresses, not a socket that listens there
SIOCGIFADDR = 0x8915
ELSEWHERE = "192.0.2.1"  # an address of documents (RFC 5737): asked for the way there, nothing is sent


def list_addresses() -> tuple[str, ...]:
    """Return the addresses of this machine, IPv4 and IPv6, loopback included, in a fixed order."""
    found = {"127.0.0.1", "::1"}
    with suppress(OSError):
        found |= {str(info[4][0]).partition("%")[0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    for _, name in socket.if_nameindex():
        with suppress(OSError, ImportError):
            found.add(_read_interface(name))
    with suppress(OSError), closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        probe.connect((ELSEWHERE, 9))
        found.add(probe.getsockname()[0])
    return tuple(sorted(found))


def _read_interface(name: str) -> str:
    """Return the IPv4 address of an interface. Raises OSError where it has none, or the system is not Linux."""
    import fcntl

    with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as probe:
        answer = fcntl.ioctl(probe.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
    return socket.inet_ntoa(answer[20:24])


def is_own(address: str) -> bool:
    """Return whether sockets can listen at an IP address."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with closing(socket.socket(family)) as probe:
        try:
            probe.bind((address, 0))
        except OSError as error:
            if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EINVAL):
                return False
            raise
    return True
