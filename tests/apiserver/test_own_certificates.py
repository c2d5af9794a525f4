"""The certificates that a cluster makes for itself: for which hosts, and when they are made anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from minikube_py.apiserver.authentication.keys import load_or_make
from minikube_py.apiserver.authentication.own_certificates import NAMES, RENEW_SECONDS, ensure_certificates
from minikube_py.component_base.clock import FakeClock

HOSTS = ("127.0.0.1", "::1", "build-7")


@pytest.fixture
def made(tmp_path: Path) -> Path:
    folder = tmp_path / "pki"
    load_or_make(folder, FakeClock().now())
    ensure_certificates(folder, FakeClock().now(), HOSTS)
    return folder


def read_names(folder: Path) -> x509.SubjectAlternativeName:
    certificate = x509.load_pem_x509_certificate((folder / "apiserver.crt").read_bytes())
    return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value


def test_the_server_is_reached_by_addresses_and_names(made: Path) -> None:
    names = read_names(made)
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    assert names.get_values_for_type(x509.DNSName) == [*NAMES, "build-7"]


@pytest.mark.parametrize(
    ("hosts", "later", "anew"),
    [
        (HOSTS, 0.0, (False, False)),
        ((*HOSTS, "10.0.0.7"), 0.0, (True, False)),
        (HOSTS[:1], 0.0, (True, False)),
        (HOSTS, RENEW_SECONDS + 60, (True, True)),
    ],
    ids=["the same", "one more", "fewer", "old"],
)
def test_what_is_made_anew(made: Path, hosts: tuple[str, ...], later: float, anew: tuple[bool, bool]) -> None:
    paths = [made / "apiserver.crt", made / "admin.crt"]
    before = [path.read_bytes() for path in paths]
    ensure_certificates(made, paths[0].stat().st_mtime + later, hosts)
    assert tuple(path.read_bytes() != old for path, old in zip(paths, before, strict=True)) == anew
