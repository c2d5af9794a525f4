"""What programs in pods learn by the cluster's DNS."""

from __future__ import annotations

import socket
import struct
from typing import Any

import pytest
from dnslib import QTYPE, RCODE, DNSError, DNSRecord

from minikube_py.proxy.dns import answer_query, serve
from minikube_py.proxy.dns_zone import Answer, Srv, Zone

Object = dict[str, Any]


def make_service(name: str, ip: str | None, **spec: Any) -> Object:
    ports = [{"name": "http", "port": 80, "protocol": "TCP"}, {"name": "dns", "port": 53, "protocol": "UDP"}]
    return {"metadata": {"name": name, "namespace": "default"}, "spec": {"clusterIP": ip, "ports": ports, **spec}}


def make_slice(service: str, *endpoints: Object) -> Object:
    metadata = {"name": f"{service}-x", "namespace": "default", "labels": {"kubernetes.io/service-name": service}}
    return {"metadata": metadata, "ports": [{"name": "http", "port": 8080, "protocol": "TCP"}], "endpoints": list(endpoints)}


SERVICES = [
    make_service("web", "10.96.1.1"),
    make_service("db", "None"),
    make_service("empty", "None"),
    make_service("away", None, type="ExternalName", externalName="web.default.svc.cluster.local"),
    make_service("far", None, type="ExternalName", externalName="example.com."),
]
SLICES = [
    make_slice("web", {"addresses": ["10.244.0.9"]}),
    make_slice(
        "db",
        {"addresses": ["10.244.0.2"], "hostname": "db-0"},
        {"addresses": ["10.244.0.3"], "hostname": "db-1", "conditions": {"ready": False}},
        {"addresses": ["10.244.0.4"], "conditions": {"ready": True}},
    ),
]
ZONE = Zone(
    lambda namespace: SERVICES if namespace in ("", "default") else [],
    lambda namespace: SLICES if namespace in ("", "default") else [],
)
SVC = "default.svc.cluster.local"


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        (f"web.{SVC}", Answer(("10.96.1.1",))),
        (f"WEB.{SVC}.", Answer(("10.96.1.1",))),
        (f"db.{SVC}", Answer(("10.244.0.2", "10.244.0.4"))),
        (f"db-0.db.{SVC}", Answer(("10.244.0.2",))),
        (f"10-244-0-4.db.{SVC}", Answer(("10.244.0.4",))),
        (f"db-1.db.{SVC}", None),
        (f"x.db-0.db.{SVC}", None),
        (f"empty.{SVC}", Answer()),
        (f"away.{SVC}", Answer(alias=f"web.{SVC}")),
        (f"_http._tcp.web.{SVC}", Answer(services=(Srv(80, f"web.{SVC}"),))),
        (f"_tcp.web.{SVC}", Answer(services=(Srv(80, f"web.{SVC}"),))),
        (f"_http._udp.web.{SVC}", None),
        (f"_http._tcp.db.{SVC}", Answer(services=(Srv(8080, f"db-0.db.{SVC}"), Srv(8080, f"10-244-0-4.db.{SVC}")))),
        ("1.1.96.10.in-addr.arpa", Answer(names=(f"web.{SVC}",))),
        ("2.0.244.10.in-addr.arpa", Answer(names=(f"db-0.db.{SVC}",))),
        ("9.9.9.9.in-addr.arpa", None),
        ("10-1-2-3.default.pod.cluster.local", Answer(("10.1.2.3",))),
        ("ten-1-2-3.default.pod.cluster.local", None),
        (SVC, Answer()),
        ("svc.cluster.local", Answer()),
        ("cluster.local", Answer()),
        (f"nope.{SVC}", None),
        ("web.other.svc.cluster.local", None),
        ("other.cluster.local", None),
        ("web", None),
        ("example.com", None),
        ("notcluster.local", None),
        ("", None),
    ],
)
def test_names(name: str, answer: Answer | None) -> None:
    assert ZONE.resolve(name) == answer


def ask(name: str, kind: str = "A") -> DNSRecord:
    return DNSRecord.parse(answer_query(ZONE, DNSRecord.question(name, kind).pack()))


@pytest.mark.parametrize(
    ("name", "kind", "records"),
    [
        (f"web.{SVC}", "A", [("A", "10.96.1.1")]),
        (f"web.{SVC}", "AAAA", []),
        (f"db.{SVC}", "A", [("A", "10.244.0.2"), ("A", "10.244.0.4")]),
        (f"_http._tcp.web.{SVC}", "SRV", [("SRV", f"0 100 80 web.{SVC}.")]),
        (f"away.{SVC}", "A", [("CNAME", f"web.{SVC}."), ("A", "10.96.1.1")]),
        (f"far.{SVC}", "A", [("CNAME", "example.com.")]),
        ("1.1.96.10.in-addr.arpa", "PTR", [("PTR", f"web.{SVC}.")]),
    ],
)
def test_records(name: str, kind: str, records: list[tuple[str, str]]) -> None:
    reply = ask(name, kind)
    assert [(QTYPE[r.rtype], str(r.rdata)) for r in reply.rr] == records
    assert reply.header.rcode == RCODE.NOERROR and reply.header.aa
    assert bool(reply.auth) == (not records)


def test_a_name_nobody_knows_is_refused_at_once_and_may_be_remembered_shortly() -> None:
    reply = ask("example.com")
    assert reply.header.rcode == RCODE.NXDOMAIN and [QTYPE[r.rtype] for r in reply.auth] == ["SOA"]


@pytest.mark.parametrize("packet", [b"", b"nonsense", DNSRecord.question("web").reply().pack()])
def test_what_is_no_query(packet: bytes) -> None:
    with pytest.raises(DNSError):
        answer_query(ZONE, packet)


def test_a_long_answer_is_cut_for_udp() -> None:
    many = make_slice("db", *({"addresses": [f"10.1.{n // 256}.{n % 256}"]} for n in range(100)))
    zone = Zone(lambda _: SERVICES, lambda _: [many])
    query = DNSRecord.question(f"db.{SVC}").pack()
    short = answer_query(zone, query, 512)
    assert len(short) <= 512 and DNSRecord.parse(short).header.tc
    assert len(DNSRecord.parse(answer_query(zone, query)).rr) == 100


def test_both_transports() -> None:
    addresses: dict[str, tuple[str, int]] = {}

    def listen(address: str, port: int, protocol: str) -> socket.socket:
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if protocol == "UDP" else socket.SOCK_STREAM)
        made.bind((address, port))
        if protocol == "TCP":
            made.listen()
        addresses[protocol] = made.getsockname()
        return made

    serve(ZONE, "127.0.0.1", 0, listen)
    query = DNSRecord.question(f"web.{SVC}").pack()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp, socket.create_connection(addresses["TCP"], 5) as tcp:
        udp.settimeout(5)
        udp.sendto(b"nonsense", addresses["UDP"])
        udp.sendto(query, addresses["UDP"])
        assert str(DNSRecord.parse(udp.recv(512)).rr[0].rdata) == "10.96.1.1"
        for _ in range(2):
            tcp.sendall(struct.pack("!H", len(query)) + query)
            with tcp.makefile("rb") as stream:
                answer = stream.read(*struct.unpack("!H", stream.read(2)))
            assert str(DNSRecord.parse(answer).rr[0].rdata) == "10.96.1.1"
