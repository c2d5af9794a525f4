"""The cluster's DNS: answers for the cluster's domain, says at once that any other name does not exist, asks nobody else.

Serves UDP and TCP on sockets that are handed in: those of the pods' network.
"""

from __future__ import annotations

import socket
import socketserver
import struct
import threading
from collections.abc import Callable, Iterator

from dnslib import AAAA, CNAME, PTR, QTYPE, RCODE, RR, SOA, SRV, A, DNSError, DNSRecord

from minikube_py.proxy.dns_zone import Answer, Zone

TTL = 5
"""Seconds for which an answer may be kept; Services come and go."""
UDP_SIZE = 512
READ_SECONDS = 10.0
IDLE_SECONDS = 3600.0
"""How long a server sleeps where nobody asks."""


def answer_query(zone: Zone, query: bytes, limit: int = 65535) -> bytes:
    """Return the answer to a query, cut and marked as such where it is longer than `limit`. Raises DNSError for no query."""
    record = DNSRecord.parse(query)
    if record.header.qr or len(record.questions) != 1:
        raise DNSError("not a query of one question")
    question, reply = record.q, record.reply(ra=0, aa=1)
    found = zone.resolve(str(question.qname))
    if found is None:
        reply.header.rcode = RCODE.NXDOMAIN
    else:
        for one in _list_records(zone, question.qname, question.qtype, found):
            reply.add_answer(one)
    if not reply.rr:
        authority = SOA(f"ns.dns.{zone.domain}", f"hostmaster.{zone.domain}", (1, 7200, 1800, 86400, TTL))
        reply.add_auth(RR(zone.domain, QTYPE.SOA, ttl=TTL, rdata=authority))
    packed: bytes = reply.pack()
    if len(packed) > limit:
        packed = reply.truncate().pack()
    return packed


def _list_records(zone: Zone, name: object, kind: int, found: Answer) -> Iterator[RR]:
    """Yield the records of a name that are of a kind, and what an alias of the cluster's own leads to."""
    if found.alias:
        yield RR(name, QTYPE.CNAME, ttl=TTL, rdata=CNAME(found.alias))
        target = zone.resolve(found.alias)
        if target is not None and not target.alias:
            yield from _list_records(zone, found.alias, kind, target)
    if kind in (QTYPE.A, QTYPE.ANY):
        yield from (RR(name, QTYPE.A, ttl=TTL, rdata=A(address)) for address in found.addresses if ":" not in address)
    if kind in (QTYPE.AAAA, QTYPE.ANY):
        yield from (RR(name, QTYPE.AAAA, ttl=TTL, rdata=AAAA(address)) for address in found.addresses if ":" in address)
    if kind in (QTYPE.SRV, QTYPE.ANY):
        share = 100 // max(1, len(found.services))
        yield from (RR(name, QTYPE.SRV, ttl=TTL, rdata=SRV(0, share, s.port, s.target)) for s in found.services)
    if kind in (QTYPE.PTR, QTYPE.ANY):
        yield from (RR(name, QTYPE.PTR, ttl=TTL, rdata=PTR(one)) for one in found.names)


class _Udp(socketserver.UDPServer):
    """Answers each packet in turn."""

    zone: Zone

    def process_request(self, request: tuple[bytes, socket.socket], client_address: object) -> None:  # type: ignore[override]
        """Answer one packet; what is no query gets no answer."""
        try:
            self.socket.sendto(answer_query(self.zone, request[0], UDP_SIZE), client_address)  # type: ignore[call-overload]
        except (DNSError, OSError):
            return


class _Tcp(socketserver.ThreadingTCPServer):
    """Answers what comes over connections, each in a thread of its own."""

    daemon_threads = True
    zone: Zone

    def finish_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        """Answer the queries of one connection."""
        request.settimeout(READ_SECONDS)
        try:
            with request.makefile("rb") as stream:
                while len(head := stream.read(2)) == 2:
                    answer = answer_query(self.zone, stream.read(*struct.unpack("!H", head)))
                    request.sendall(struct.pack("!H", len(answer)) + answer)
        except (DNSError, OSError):
            return


def serve(zone: Zone, address: str, port: int, listen: Callable[[str, int, str], socket.socket]) -> None:
    """Answer at an address for as long as the process lives, in threads. `listen` opens the sockets. Raises OSError."""
    servers: list[_Udp | _Tcp] = []
    for protocol, kind in (("UDP", _Udp), ("TCP", _Tcp)):
        server = kind((address, port), socketserver.BaseRequestHandler, bind_and_activate=False)
        server.socket.close()
        server.socket, server.zone = listen(address, port, protocol), zone
        servers.append(server)
    for server in servers:
        threading.Thread(target=server.serve_forever, args=(IDLE_SECONDS,), name="dns", daemon=True).start()
