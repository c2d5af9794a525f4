"""Quantities: what is read, what is refused, and the text the API server writes back (as kubectl 1.33 does)."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.quantity import (
    BINARY_SI,
    FORMAT_ERROR,
    NUMERIC_ERROR,
    SUFFIX_ERROR,
    ZERO,
    Quantity,
    canonical,
    new_milli_quantity,
    new_quantity,
    parse_quantity,
)

CANONICAL = {
    "0": "0",
    "0Ki": "0",
    "1": "1",
    "1000": "1k",
    "1001": "1001",
    "1024": "1024",
    "00012": "00012",
    "1000m": "1",
    "1500m": "1500m",
    "0.5": "500m",
    ".5": "500m",
    "1.": "1.",
    "1.5": "1500m",
    "1.500": "1.500",
    "0.25": "250m",
    "-0.5": "-500m",
    "+5": "+5",
    "1.1Ki": "1126400m",
    "1024Mi": "1Gi",
    "1025Mi": "1025Mi",
    "1.5Gi": "1536Mi",
    "512Mi": "512Mi",
    "0.5Ki": "512",
    "0.0001Ki": "102400u",
    "1Ei": "1Ei",
    "9Ei": "9223372036854775807",
    "1000k": "1M",
    "1000P": "1E",
    "1e3": "1e3",
    "1E3": "1E3",
    "1e4": "10e3",
    "12e5": "1200e3",
    "1000e3": "1e6",
    "1e-12": "1e-9",
    "5e-4": "500e-6",
    "0.1n": "1n",
    "3.001n": "4n",
    "0.0000000001": "1n",
    "-0.0000000001": "-1n",
    " 1Gi\t": "1Gi",
}


@pytest.mark.parametrize(("text", "expected"), CANONICAL.items(), ids=map(repr, CANONICAL))
def test_the_server_writes_back(text: str, expected: str) -> None:
    assert canonical(text) == expected


@pytest.mark.parametrize(("number", "expected"), [(1, "1"), (2000, "2k"), (0.5, "500m"), (1e22, "10e21"), (-3, "-3")])
def test_json_numbers_are_quantities(number: float, expected: str) -> None:
    assert canonical(number) == expected


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", FORMAT_ERROR),
        ("half", FORMAT_ERROR),
        ("1GB", FORMAT_ERROR),
        ("1.1.M", FORMAT_ERROR),
        ("--1", SUFFIX_ERROR),
        ("\u0663", FORMAT_ERROR),
        ("1i", SUFFIX_ERROR),
        ("1ki", SUFFIX_ERROR),
        ("1m5", SUFFIX_ERROR),
        ("1e", SUFFIX_ERROR),
        ("1e+", SUFFIX_ERROR),
        ("9" * 5000, NUMERIC_ERROR),
        ("1e999999999", NUMERIC_ERROR),
    ],
)
def test_what_is_no_quantity_is_refused_in_kubernetes_words(text: str, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_quantity(text)
    assert str(caught.value) == message


@pytest.mark.parametrize("value", [True, None, [1]], ids=repr)
def test_other_json_values_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="quantities must match"):
        parse_quantity(value)  # type: ignore[arg-type]


def test_blanks_are_refused_but_for_decoding() -> None:
    with pytest.raises(ValueError, match="quantities must match"):
        parse_quantity(" 1")


@pytest.mark.parametrize(
    ("text", "value", "milli"),
    [("100m", 1, 100), ("1500m", 2, 1500), ("1Gi", 2**30, 2**30 * 1000), ("-100m", -1, -100), ("1n", 1, 1), ("0", 0, 0)],
)
def test_whole_numbers_are_rounded_away_from_zero(text: str, value: int, milli: int) -> None:
    quantity = parse_quantity(text)
    assert (quantity.value(), quantity.milli_value()) == (value, milli)


def test_a_sum_keeps_the_left_format_unless_that_is_zero() -> None:
    assert str(parse_quantity("1Gi") + parse_quantity("1Mi")) == "1025Mi"
    assert str(ZERO + parse_quantity("2048Mi")) == "2Gi"
    assert str(parse_quantity("2") - parse_quantity("500m")) == "1500m"
    assert str(-parse_quantity("2k")) == "-2k"


def test_comparison_is_by_amount_not_by_text() -> None:
    assert parse_quantity("1024Mi") == parse_quantity("1Gi")
    assert len({parse_quantity("1"), parse_quantity("1000m")}) == 1
    assert parse_quantity("1G") < parse_quantity("1Gi") <= parse_quantity("1Gi")
    assert parse_quantity("1") > parse_quantity("999m") >= parse_quantity("0.999")
    assert parse_quantity("1") != "1"
    assert not ZERO and parse_quantity("1n")


def test_quantities_are_made_of_numbers() -> None:
    assert str(new_quantity(2048, BINARY_SI)) == "2Ki"
    assert str(new_milli_quantity(2500)) == "2500m"
    assert repr(new_quantity(1)) == "Quantity('1')"


@given(st.integers(min_value=-(10**21), max_value=10**21), st.sampled_from(["DecimalSI", "DecimalExponent", "BinarySI"]))
def test_the_canonical_text_stands_for_the_same_amount(nanos: int, format: str) -> None:
    quantity = Quantity(nanos, format)
    assert parse_quantity(str(quantity)) == quantity


@given(st.integers(0, 10**6), st.integers(0, 999), st.sampled_from(["", "m", "k", "M", "Ki", "Mi", "Gi", "e3"]))
def test_reading_is_exact_and_canonical_text_is_final(whole: int, thousandths: int, suffix: str) -> None:
    factors: dict[str, int | Fraction] = {
        "": 1,
        "m": Fraction(1, 1000),
        "k": 10**3,
        "M": 10**6,
        "Ki": 2**10,
        "Mi": 2**20,
        "Gi": 2**30,
        "e3": 1000,
    }
    text = f"{whole}.{thousandths:03d}{suffix}"
    quantity = parse_quantity(text)
    assert Fraction(quantity.nanos, 10**9) == (whole + Fraction(thousandths, 1000)) * factors[suffix]
    assert canonical(canonical(text)) == canonical(text)


@given(st.text(alphabet="0123456789.+-eEinumkKMGTPx ", max_size=12))
def test_any_text_is_read_or_refused_with_one_of_three_messages(text: str) -> None:
    try:
        quantity = parse_quantity(text)
    except ValueError as error:
        assert str(error) in (FORMAT_ERROR, SUFFIX_ERROR, NUMERIC_ERROR)
    else:
        assert parse_quantity(str(quantity)) == quantity


_SUFFIXES = {
    "n": Fraction(1, 10**9),
    "u": Fraction(1, 10**6),
    "m": Fraction(1, 10**3),
    "": Fraction(1),
    "k": Fraction(10**3),
    "M": Fraction(10**6),
    "G": Fraction(10**9),
    "T": Fraction(10**12),
    "Ki": Fraction(2**10),
    "Mi": Fraction(2**20),
    "Gi": Fraction(2**30),
    "e-3": Fraction(1, 10**3),
    "e0": Fraction(1),
    "e3": Fraction(10**3),
    "E6": Fraction(10**6),
}
_AMOUNTS = st.tuples(st.sampled_from(["", "-", "+"]), st.integers(0, 10**6), st.sampled_from(sorted(_SUFFIXES)))


def write_amount(sign: str, number: int, suffix: str) -> tuple[str, Fraction]:
    """Return a quantity's text and what it stands for."""
    return f"{sign}{number}{suffix}", number * _SUFFIXES[suffix] * (-1 if sign == "-" else 1)


def as_fraction(quantity: Quantity) -> Fraction:
    return Fraction(quantity.nanos, 10**9)


@given(_AMOUNTS, _AMOUNTS)
def test_arithmetic_and_order_are_those_of_fractions(left: tuple[str, int, str], right: tuple[str, int, str]) -> None:
    (left_text, left_amount), (right_text, right_amount) = write_amount(*left), write_amount(*right)
    one, other = parse_quantity(left_text), parse_quantity(right_text)
    assert as_fraction(one + other) == left_amount + right_amount
    assert as_fraction(one - other) == left_amount - right_amount
    assert as_fraction(-one) == -left_amount
    assert (one < other, one == other, one > other) == (
        left_amount < right_amount,
        left_amount == right_amount,
        left_amount > right_amount,
    )
    assert bool(one) == (left_amount != 0)


@given(_AMOUNTS, _AMOUNTS)
def test_a_sum_is_written_so_that_it_is_read_again(left: tuple[str, int, str], right: tuple[str, int, str]) -> None:
    total = parse_quantity(write_amount(*left)[0]) + parse_quantity(write_amount(*right)[0])
    assert parse_quantity(str(total)) == total
    assert (
        parse_quantity(canonical(str(total))) == total
    )  # the text may differ: a binary sum without suffix reads as a decimal one


@given(_AMOUNTS)
def test_whole_and_milli_values_are_rounded_away_from_zero(amount: tuple[str, int, str]) -> None:
    text, exact = write_amount(*amount)
    quantity = parse_quantity(text)
    for value, unit in ((quantity.value(), 1), (quantity.milli_value(), 1000)):
        assert abs(value) >= abs(exact * unit) > abs(value) - 1 or value == exact == 0
        assert value * exact >= 0
