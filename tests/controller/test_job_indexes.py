"""Index sets and delays of jobs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.controller.job.indexes import format_indexes, parse_indexes
from minikube_py.controller.job.pods import delay_after


@pytest.mark.parametrize(
    ("indexes", "expected"),
    [((), ""), ((3,), "3"), ((0, 1), "0,1"), ((0, 1, 2), "0-2"), ((0, 2, 3, 4, 7, 8), "0,2-4,7,8")],
)
def test_format(indexes: tuple[int, ...], expected: str) -> None:
    assert format_indexes(indexes) == expected


@given(st.sets(st.integers(0, 60)))
def test_what_is_written_is_read_again(indexes: set[int]) -> None:
    assert parse_indexes(format_indexes(indexes), 100) == indexes


def test_indexes_beyond_the_completions_are_left_out() -> None:
    assert parse_indexes("0,2-9", 4) == {0, 2, 3}


@pytest.mark.parametrize(("failures", "seconds"), [(1, 10), (2, 20), (3, 40), (7, 600), (1000, 600)])
def test_delays_double_up_to_ten_minutes(failures: int, seconds: float) -> None:
    assert delay_after(failures) == seconds
