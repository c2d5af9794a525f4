from __future__ import annotations

import pytest
from dnslib import PTR, RR, A, DNSRecord

from minikube_py.kubelet.images.programs import nslookup
from minikube_py.kubelet.images.programs.nslookup import Reply, Settings

WEB = "web.default.svc.cluster.local"


@pytest.mark.parametrize(
    ("text", "settings"),
    [
        ("", Settings("127.0.0.1", (), 1)),
        (
            "search a.local b.local\nnameserver 10.96.0.10\nnameserver 1.1.1.1\noptions edns0 ndots:5\n",
            Settings("10.96.0.10", ("a.local", "b.local"), 5),
        ),
        ("# nothing\n\ndomain x\n", Settings("127.0.0.1", ("x",), 1)),
    ],
)
def test_settings(text: str, settings: Settings) -> None:
    assert nslookup.read_settings(text) == settings


@pytest.mark.parametrize(
    ("version", "old"), [("", False), ("1.28", True), ("1.28.4", True), ("1.29", False), ("1.36.1", False), ("3.19", False)]
)
def test_versions(version: str, old: bool) -> None:
    assert nslookup.is_old(version) is old


def test_a_name_is_written_as_dns_has_it() -> None:
    assert nslookup.encode_name(WEB) == DNSRecord.question(WEB).pack()[12:-4]


def test_records_are_read_also_where_names_are_shortened() -> None:
    reply = DNSRecord.question(WEB).reply()
    reply.add_answer(RR(WEB, rdata=A("10.96.0.7")), RR(f"x.{WEB}", rdata=A("10.96.0.8")), RR("y", 12, rdata=PTR(WEB)))
    assert list(nslookup.read_records(reply.pack(), nslookup.A)) == [(WEB, "10.96.0.7"), (f"x.{WEB}", "10.96.0.8")]
    assert list(nslookup.read_records(reply.pack(), nslookup.PTR)) == [("y", WEB)]


@pytest.mark.parametrize(
    ("reply", "kind", "text"),
    [
        (Reply(WEB, 0, ((WEB, "10.96.0.7"),)), nslookup.A, f"Name:\t{WEB}\nAddress: 10.96.0.7\n"),
        (Reply(WEB, 0, ()), nslookup.AAAA, ""),
        (Reply("web", 3, ()), nslookup.A, "** server can't find web: NXDOMAIN\n"),
        (Reply("web", 2, ()), nslookup.A, "** server can't find web: SERVFAIL\n"),
        (
            Reply("7.0.96.10.in-addr.arpa", 0, (("7.0.96.10.in-addr.arpa", WEB),)),
            nslookup.PTR,
            f"7.0.96.10.in-addr.arpa\tname = {WEB}\n",
        ),
    ],
)
def test_what_is_printed(reply: Reply, kind: int, text: str) -> None:
    assert nslookup.format_records(reply, kind) == text


@pytest.mark.parametrize(("word", "address"), [("10.96.0.7", True), ("web", False), ("1.2.3", False)])
def test_addresses(word: str, address: bool) -> None:
    assert nslookup.is_address(word) is address


def test_a_call_without_a_name(capfd: pytest.CaptureFixture[str]) -> None:
    assert nslookup.main([]) == 1 and capfd.readouterr().err == "Usage: nslookup HOST [DNS_SERVER]\n"
