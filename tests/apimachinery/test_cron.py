"""Schedules: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.cron import parse_schedule
from minikube_py.component_base.clock import format_rfc3339, parse_rfc3339

START = "2026-11-21T10:07:30Z"  # a Saturday


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("*/5 * * * *", "2026-11-21T10:10:00Z", id="step"),
        pytest.param("* * * * *", "2026-11-21T10:08:00Z", id="every minute"),
        pytest.param("7 10 * * *", "2026-11-22T10:07:00Z", id="just past"),
        pytest.param("0 9-17/4 * * mon-fri", "2026-11-23T09:00:00Z", id="range, step and names"),
        pytest.param("30/15 * * * *", "2026-11-21T10:30:00Z", id="from a number on"),
        pytest.param("0 0 1,15 JAN ?", "2027-01-01T00:00:00Z", id="list and question mark"),
        pytest.param("0 0 13 * 5", "2026-11-27T00:00:00Z", id="either day"),
        pytest.param("0 0 */2 * 1", "2026-11-23T00:00:00Z", id="a star with a step is no star"),
        pytest.param("0 0 29 2 *", "2028-02-29T00:00:00Z", id="leap day"),
        pytest.param("@hourly", "2026-11-21T11:00:00Z", id="hourly"),
        pytest.param("@daily", "2026-11-22T00:00:00Z", id="daily"),
        pytest.param("@midnight", "2026-11-22T00:00:00Z", id="midnight"),
        pytest.param("@weekly", "2026-11-22T00:00:00Z", id="weekly"),
        pytest.param("@monthly", "2026-12-01T00:00:00Z", id="monthly"),
        pytest.param("@yearly", "2027-01-01T00:00:00Z", id="yearly"),
        pytest.param("@annually", "2027-01-01T00:00:00Z", id="annually"),
        pytest.param("@every 1h30m", "2026-11-21T11:37:30Z", id="every"),
        pytest.param("@every 10ms", "2026-11-21T10:07:31Z", id="every, at least a second"),
        pytest.param("TZ=America/New_York 0 6 * * *", "2026-11-21T11:00:00Z", id="zone in the text"),
        pytest.param("CRON_TZ=Asia/Tokyo 0 20 * * *", "2026-11-21T11:00:00Z", id="old zone in the text"),
    ],
)
def test_next(text: str, expected: str) -> None:
    due = parse_schedule(text).next(parse_rfc3339(START))
    assert due is not None
    assert format_rfc3339(due) == expected


def test_no_such_day() -> None:
    assert parse_schedule("59 23 31 2 *").next(parse_rfc3339(START)) is None


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        pytest.param("2026-03-28T03:00:00+01:00", "2026-03-30T00:30:00Z", id="left out in spring"),
        pytest.param("2026-10-25T00:00:00+02:00", "2026-10-25T00:30:00Z", id="first in autumn"),
        pytest.param("2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", id="second in autumn"),
    ],
)
def test_clock_changes(after: str, expected: str) -> None:
    due = parse_schedule("30 2 * * *", "Europe/Paris").next(parse_rfc3339(after))
    assert due is not None
    assert format_rfc3339(due) == expected


@pytest.mark.parametrize(
    ("text", "error"),
    [
        pytest.param("", "empty spec string", id="empty"),
        pytest.param("every day", "expected exactly 5 fields, found 2: [every day]", id="words"),
        pytest.param("* * * *", "expected exactly 5 fields, found 4: [* * * *]", id="four fields"),
        pytest.param("61 * * * *", "end of range (61) above maximum (59): 61", id="above"),
        pytest.param("* * 0 * *", "beginning of range (0) below minimum (1): 0", id="below"),
        pytest.param("* * * * 7", "end of range (7) above maximum (6): 7", id="weekday 7"),
        pytest.param("5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1", id="backwards"),
        pytest.param("1-2-3 * * * *", "too many hyphens: 1-2-3", id="hyphens"),
        pytest.param("*/1/2 * * * *", "too many slashes: */1/2", id="slashes"),
        pytest.param("*/0 * * * *", "step of range should be a positive number: */0", id="no step"),
        pytest.param("x * * * *", 'failed to parse int from x: strconv.Atoi: parsing "x": invalid syntax', id="no number"),
        pytest.param("*/-1 * * * *", "negative number (-1) not allowed: -1", id="negative"),
        pytest.param("@often", "unrecognized descriptor: @often", id="unknown word"),
        pytest.param("@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"', id="no duration"),
        pytest.param("TZ=Moon/Base * * * * *", "provided bad location Moon/Base: unknown time zone Moon/Base", id="zone"),
    ],
)
def test_bad(text: str, error: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_schedule(text)
    assert str(caught.value) == error


@given(minute=st.integers(0, 59), hour=st.integers(0, 23), after=st.integers(0, 2**31))
def test_next_is_later_and_matches(minute: int, hour: int, after: int) -> None:
    due = parse_schedule(f"{minute} {hour} * * *", "America/Lima").next(after)
    assert due is not None
    local = datetime.fromtimestamp(due, parse_schedule("* * * * *", "America/Lima").zone)  # type: ignore[attr-defined]
    assert after < due <= after + 2 * 86_400
    assert (local.minute, local.hour, local.second) == (minute, hour, 0)
