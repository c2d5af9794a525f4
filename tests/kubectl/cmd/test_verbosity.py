"""-v: from 6 on, requests are told of on stderr in the form of kubectl's log."""

from __future__ import annotations

import re

import pytest

from tests.kubectl.cmd.conftest import Kubectl

STAMP = re.compile(r"^I\d{4} [\d:.]+ +\d+ ", re.MULTILINE)
URL = "https://127.0.0.1:8443/api/v1/namespaces/default/configmaps"
TABLE = "Accept: application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def ask(kubectl: Kubectl, words: str) -> list[str]:
    """Return the lines of the log, without their stamps and the lines that are of no request."""
    log = STAMP.sub("", kubectl(words).stderr)
    return [line for line in log.splitlines() if not re.search("Config loaded from file|No resources found", line)]


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("get cm", []),
        ("get cm -v=5", []),
        ("get cm -v=6", [f'round_trippers.go:632] "Response" verb="GET" url="{URL}?limit=500" status="200 OK" milliseconds=0']),
        (
            "create cm a -v=6",
            [
                f'round_trippers.go:632] "Response" verb="POST" url="{URL}?fieldManager=kubectl-create&fieldValidation=Strict" '
                'status="201 Created" milliseconds=0'
            ],
        ),
        (
            "get cm nope -v=6",
            [
                f'round_trippers.go:632] "Response" verb="GET" url="{URL}/nope" status="404 Not Found" milliseconds=0',
                'Error from server (NotFound): configmaps "nope" not found',
            ],
        ),
        (
            "get cm nope -v7",
            [
                f'round_trippers.go:527] "Request" verb="GET" url="{URL}/nope" headers=<',
                f"\t{TABLE}",
                " >",
                'round_trippers.go:632] "Response" status="404 Not Found" milliseconds=0',
                'Error from server (NotFound): configmaps "nope" not found',
            ],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_requests_are_told_of(kubectl: Kubectl, words: str, lines: list[str]) -> None:
    assert ask(kubectl, words) == lines


def test_bodies_are_cut_at_8_and_whole_at_10(kubectl: Kubectl) -> None:
    kubectl(["create", "cm", "big", f"--from-literal=a={'x' * 20_000}"])
    at_8, at_9, at_10 = ("\n".join(ask(kubectl, f"get cm big -o name -v={level}")) for level in (8, 9, 10))
    assert re.search(r"x{500,1024} \[truncated \d+ chars\]", at_8)
    assert re.search(r"x{5000,10240} \[truncated \d+ chars\]", at_9)
    assert "x" * 20_000 in at_10


def test_stdout_stays_as_it_is(kubectl: Kubectl) -> None:
    kubectl("create cm a")
    assert kubectl("get cm -o name -v=9").stdout == kubectl("get cm -o name").stdout
