"""The journal gives back the last word of each key, whatever the agent was doing when it was killed."""

from __future__ import annotations

from pathlib import Path

from minikube_py.cri.agent.journal import Journal


def test_last_record_counts(tmp_path: Path) -> None:
    path = str(tmp_path / "journal")
    journal = Journal(path)
    journal.put("a", {"n": 1})
    journal.put("b", {"n": 2})
    journal.put("a", {"n": 3})
    journal.drop("b")
    assert Journal(path).records == {"a": {"n": 3}}


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    Journal(str(path)).put("a", {"n": 1})
    with path.open("ab") as file:
        file.write(b'{"key":"a","rec')
    assert Journal(str(path)).records == {"a": {"n": 1}}


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(str(path))
    for number in range(5000):
        journal.put("a", {"n": number})
    assert path.stat().st_size < 100_000
    assert Journal(str(path)).records == {"a": {"n": 4999}}
    assert path.stat().st_mode & 0o777 == 0o600
