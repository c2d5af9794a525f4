"""get against a store: what is there, what is not."""

from __future__ import annotations

import pytest

from tests.kubectl.cmd.conftest import Kubectl, Outcome


@pytest.mark.parametrize(
    ("words", "outcome"),
    [
        (
            "get namespaces",
            Outcome("NAME          STATUS   AGE\ndefault       Active   0s\nkube-system   Active   0s\n", "", 0),
        ),
        ("get pods", Outcome("", "No resources found in default namespace.\n", 0)),
        ("get pod web", Outcome("", 'Error from server (NotFound): pods "web" not found\n', 1)),
    ],
    ids=["table", "nothing", "missing"],
)
def test_get(kubectl: Kubectl, words: str, outcome: Outcome) -> None:
    assert kubectl(words) == outcome
