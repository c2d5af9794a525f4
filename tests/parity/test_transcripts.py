"""Every transcript, played: each command answers as it was recorded, or docs/differences.md says why not."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.oracle.find_kubectl import find_kubectl
from tests.parity.differences import list_differences
from tests.parity.play import KUBECTL, MK, TRANSCRIPTS, find_transcripts, play_one
from tests.parity.player import Transcript, normalise

MOST_THAT_MAY_DIFFER = {"api": 0.03, "get": 0.03, "cluster": 0.05, "workloads": 0.05, "kubelet": 0.10}
# `make parity` plays all of them. Those left out here wait for much that happens in real time.
PLAYED = ("api", "get", "config-*", "crd-*", "explain", "global-flags", "kustomize-*", "rbac-*")
# `make parity-kubectl` plays all of them. These, which take half a minute, go once through everything that it asks of the server.
PLAYED_BY_KUBECTL = (
    "apply-server-side-conflicts",
    "diff",
    "edit",
    "immutable-fields",
    "patch-merge-and-json",
    "raw-requests",
    "strict-decoding",
    "get-field-selector",
    "get-flags",
    "get-subresource",
    "output-json-yaml",
    "pod-phases",
)


def name_transcripts(names: tuple[str, ...]) -> list[str]:
    """Return the folder and name of each transcript that these name."""
    return [f"{path.parent.name}/{path.stem}" for path in find_transcripts(list(names))]


def check(name: str, client: str) -> None:
    """Play, and fail with both answers of each command that differs and is not listed."""
    listed = {d.command for d in list_differences() if d.transcript == name and d.client in ("", client)}
    steps = play_one(TRANSCRIPTS / f"{name}.txt", client=client)
    problems = [step.show() for step in steps if step.differs and step.command not in listed]
    assert not problems, "\n".join(problems)


@pytest.mark.parity
@pytest.mark.parametrize("name", name_transcripts(PLAYED))
def test_answers_as_recorded(name: str) -> None:
    check(name, MK)


@pytest.mark.parity
@pytest.mark.skipif(find_kubectl() is None, reason="no kubectl 1.33 on PATH")
@pytest.mark.parametrize("name", name_transcripts(PLAYED_BY_KUBECTL))
def test_a_real_kubectl_is_answered_as_recorded(name: str) -> None:
    check(name, KUBECTL)


@pytest.mark.parametrize(
    "name",
    ["kubectl-edit-1034567890.yaml", "kubectl-edit-245678925.yaml", "kubectl-edit-2456789-24567.yaml"],
    ids=["plain", "like a hash", "like a pod's"],
)
def test_names_of_temporary_files_are_hidden(name: str) -> None:
    """Whatever their random part looks like."""
    assert normalise(f'stored to "/tmp/{name}"', []) == ['stored to "<path>"']


def test_few_commands_are_listed() -> None:
    """The page of differences stays short."""
    total: Counter[str] = Counter()
    for path in find_transcripts([]):
        total[path.parent.name] += sum(not step.quiet for step in Transcript.parse(path).steps)
    listed = Counter(d.transcript.partition("/")[0] for d in list_differences())
    too_many = {folder: listed[folder] for folder in total if listed[folder] > MOST_THAT_MAY_DIFFER[folder] * total[folder]}
    assert not too_many


def test_listed_commands_exist() -> None:
    """A row that names no command of a transcript is out of date."""
    commands = {
        (f"{p.parent.name}/{p.stem}", step.cmd.splitlines()[0])
        for p in find_transcripts([])
        for step in Transcript.parse(p).steps
    }
    assert [d for d in list_differences() if (d.transcript, d.command) not in commands] == []
