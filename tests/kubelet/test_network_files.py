"""The host name, hosts file and resolv.conf that a pod's containers see."""

from __future__ import annotations

from typing import Any

import pytest

from minikube_py.kubelet.network_files import get_hostname, make_hosts_file, make_resolv_conf
from tests.kubelet.fakes import make_pod

DOMAIN = "cluster.local"
HOST = "nameserver 9.9.9.9\nsearch lan\n"


def test_hosts() -> None:
    aliases = [{"ip": "10.1.2.3", "hostnames": ["db", "db.local"]}, {"ip": "10.1.2.4", "hostnames": ["cache"]}]
    pod = make_pod("named", hostname="box-1", subdomain="boxes", hostAliases=aliases)
    assert make_hosts_file(pod, "10.244.0.7", DOMAIN) == (
        "# Kubernetes-managed hosts file.\n"
        "127.0.0.1\tlocalhost\n"
        "::1\tlocalhost ip6-localhost ip6-loopback\n"
        "fe00::0\tip6-localnet\n"
        "fe00::0\tip6-mcastprefix\n"
        "fe00::1\tip6-allnodes\n"
        "fe00::2\tip6-allrouters\n"
        "10.244.0.7\tbox-1.boxes.default.svc.cluster.local\tbox-1\n"
        "\n# Entries added by HostAliases.\n"
        "10.1.2.3\tdb\tdb.local\n"
        "10.1.2.4\tcache\n"
    )


def test_hosts_of_the_host_network() -> None:
    text = make_hosts_file(make_pod(hostNetwork=True), "10.244.0.7", DOMAIN, "127.0.0.1 me\n")
    assert text == "# Kubernetes-managed hosts file (host network).\n127.0.0.1 me\n"


@pytest.mark.parametrize(
    ("spec", "name"),
    [
        ({}, "web"),
        ({"hostname": "box"}, "box"),
        ({"subdomain": "boxes"}, "web"),
        ({"subdomain": "boxes", "setHostnameAsFQDN": True}, "web.boxes.default.svc.cluster.local"),
    ],
)
def test_hostname(spec: dict[str, Any], name: str) -> None:
    assert get_hostname(make_pod(**spec), DOMAIN) == name


def test_a_long_name_is_cut() -> None:
    assert get_hostname(make_pod("x" * 62 + "-" + "y" * 9), DOMAIN) == "x" * 62


CLUSTER = "search default.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        pytest.param({}, CLUSTER, id="cluster-first"),
        pytest.param({"dnsPolicy": "Default"}, "search lan\nnameserver 9.9.9.9\n", id="default"),
        pytest.param({"hostNetwork": True}, "search lan\nnameserver 9.9.9.9\n", id="host-network"),
        pytest.param({"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"}, CLUSTER, id="host-network-cluster"),
        pytest.param(
            {
                "dnsPolicy": "None",
                "dnsConfig": {
                    "nameservers": ["1.2.3.4"],
                    "searches": ["my.search", "other.search"],
                    "options": [{"name": "ndots", "value": "2"}, {"name": "edns0"}],
                },
            },
            "search my.search other.search\nnameserver 1.2.3.4\noptions ndots:2 edns0\n",
            id="none",
        ),
        pytest.param(
            {"dnsConfig": {"nameservers": ["10.96.0.10"], "options": [{"name": "ndots", "value": "1"}]}},
            CLUSTER.replace("ndots:5", "ndots:1"),
            id="merged",
        ),
    ],
)
def test_resolv_conf(spec: dict[str, Any], text: str) -> None:
    assert make_resolv_conf(make_pod(**spec), "10.96.0.10", DOMAIN, HOST) == text
