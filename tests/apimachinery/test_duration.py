"""Durations: Go's form both ways, and ages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.duration import (
    HOUR,
    MILLISECOND,
    MINUTE,
    SECOND,
    format_duration,
    format_seconds,
    human_duration,
    parse_duration,
    parse_seconds,
)


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        ("5s", 5 * SECOND),
        ("1h30m", 90 * MINUTE),
        ("-1.5h", -90 * MINUTE),
        ("+100ms", 100 * MILLISECOND),
        (".5s", 500 * MILLISECOND),
        ("1.s", SECOND),
        ("3\u00b5s", 3000),
        ("3\u03bcs", 3000),
        ("3us", 3000),
        ("1h1h", 2 * HOUR),
        ("0.0000000001s", 0),
        ("9223372036854775807ns", 2**63 - 1),
        ("-9223372036854775808ns", -(2**63)),
    ],
)
def test_durations_are_read_as_go_does(text: str, nanoseconds: int) -> None:
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", 'time: invalid duration ""'),
        ("-", 'time: invalid duration "-"'),
        ("s", 'time: invalid duration "s"'),
        (".s", 'time: invalid duration ".s"'),
        ("abc", 'time: invalid duration "abc"'),
        ("5", 'time: missing unit in duration "5"'),
        ("1h5", 'time: missing unit in duration "1h5"'),
        ("5d", 'time: unknown unit "d" in duration "5d"'),
        ("1s 2s", 'time: unknown unit "s " in duration "1s 2s"'),
        ("9223372036854775808ns", 'time: invalid duration "9223372036854775808ns"'),
    ],
)
def test_bad_durations_are_refused_in_gos_words(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_duration(text)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1100, "1.1\u00b5s"),
        (2200000, "2.2ms"),
        (3300000000, "3.3s"),
        (4 * MINUTE + 5 * SECOND, "4m5s"),
        (90 * MINUTE, "1h30m0s"),
        (-5 * HOUR - MILLISECOND, "-5h0m0.001s"),
    ],
)
def test_durations_are_written_as_go_does(nanoseconds: int, text: str) -> None:
    assert format_duration(nanoseconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(10, "10s"), (80, "1m20s"), (3600, "1h0m0s"), (1.5, "1.5s"), (0.003, "3ms"), (59.9999, "59.9999s")]
)
def test_seconds_are_written_as_go_does(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


@given(st.integers(-(2**63), 2**63 - 1))
def test_what_is_written_is_read_again(nanoseconds: int) -> None:
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds


def test_parse_seconds() -> None:
    assert parse_seconds("1m30.5s") == 90.5


_D = 86400
AGES = {
    -5: "<invalid>",
    -2: "<invalid>",
    -1.5: "0s",
    0: "0s",
    0.9: "0s",
    119: "119s",
    120: "2m",
    150: "2m30s",
    599: "9m59s",
    600: "10m",
    659: "10m",
    3 * 3600 - 1: "179m",
    3 * 3600: "3h",
    3 * 3600 + 1200: "3h20m",
    8 * 3600 - 1: "7h59m",
    8 * 3600: "8h",
    48 * 3600 - 1: "47h",
    2 * _D: "2d",
    2 * _D + 4 * 3600: "2d4h",
    8 * _D - 1: "7d23h",
    8 * _D: "8d",
    10 * _D: "10d",
    730 * _D - 1: "729d",
    730 * _D: "2y",
    830 * _D: "2y100d",
    8 * 365 * _D - 1: "7y364d",
    8 * 365 * _D: "8y",
}


@pytest.mark.parametrize(("seconds", "text"), AGES.items(), ids=AGES.values())
def test_ages_have_two_or_three_figures(seconds: float, text: str) -> None:
    assert human_duration(seconds) == text
