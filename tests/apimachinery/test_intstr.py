"""Numbers and percentages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minikube_py.apimachinery.intstr import int_value, scaled_value


@pytest.mark.parametrize(
    ("value", "total", "round_up", "expected"),
    [
        (3, 10, True, 3),
        ("25%", 10, True, 3),
        ("25%", 10, False, 2),
        ("100%", 7, False, 7),
        ("0%", 7, True, 0),
        ("150%", 3, True, 5),
        ("-10%", 15, True, -1),
        ("-10%", 15, False, -2),
    ],
)
def test_scaled_value(value: int | str, total: int, round_up: bool, expected: int) -> None:
    assert scaled_value(value, total, round_up) == expected


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (None, "nil value for IntOrString"),
        ("25", "invalid value for IntOrString: invalid type: string is not a percentage"),
        (
            "x%",
            'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax',
        ),
        ("%", 'invalid value for IntOrString: invalid value "%": strconv.Atoi: parsing "": invalid syntax'),
        (
            "99999999999999999999%",
            'invalid value for IntOrString: invalid value "99999999999999999999%": '
            'strconv.Atoi: parsing "99999999999999999999": value out of range',
        ),
    ],
)
def test_bad_values_are_refused_in_kubernetes_words(value: str | None, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        scaled_value(value, 10, True)
    assert str(caught.value) == message


@given(st.integers(0, 100), st.integers(0, 10**6))
def test_rounding_up_and_down_differ_by_at_most_one_and_stay_within_the_total(percent: int, total: int) -> None:
    down, up = scaled_value(f"{percent}%", total, False), scaled_value(f"{percent}%", total, True)
    assert 0 <= down <= up <= total
    assert up - down == (percent * total % 100 != 0)


@pytest.mark.parametrize(("value", "expected"), [(5, 5), ("7", 7), ("x", 0), (None, 0), ("5%", 0)])
def test_int_value(value: int | str | None, expected: int) -> None:
    assert int_value(value) == expected
