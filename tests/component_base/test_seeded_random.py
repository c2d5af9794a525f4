"""Randomness by seed and revision."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from minikube_py.component_base.seeded_random import SeededRandom


def draw(seed: str, revisions: Sequence[int]) -> list[int]:
    """Return what is drawn while history goes on."""
    at = iter(revisions)
    rng = SeededRandom(seed, lambda: next(at))
    return [rng.getrandbits(128) for _ in revisions]


def test_the_same_seed_repeats_itself_in_every_process() -> None:
    assert draw("7", [1, 1, 2, 3]) == draw("7", [1, 1, 2, 3])
    assert draw("7", [2, 3]) == draw("7", [1, 1, 2, 3])[2:]


@pytest.mark.parametrize(("one", "other"), [(("7", 1), ("8", 1)), (("7", 1), ("7", 2)), (("7", 12), ("71", 2))])
def test_seeds_and_revisions_differ(one: tuple[str, int], other: tuple[str, int]) -> None:
    assert draw(one[0], [one[1]]) != draw(other[0], [other[1]])


def test_draws_at_one_revision_differ() -> None:
    assert len(set(draw("7", [1] * 100))) == 100


def test_it_is_a_random_source_as_any() -> None:
    rng = SeededRandom("7", lambda: 1)
    assert {rng.choice("abc") for _ in range(100)} == set("abc")
    assert {rng.randrange(3) for _ in range(100)} == {0, 1, 2}
    assert all(0 <= rng.random() < 1 for _ in range(100))
    assert sorted(rng.sample(range(9), 9)) == list(range(9))


def test_more_bits_than_a_draw_has_are_refused() -> None:
    rng = SeededRandom("7", lambda: 1)
    assert rng.getrandbits(0) == 0
    with pytest.raises(ValueError, match="513 bits"):
        rng.getrandbits(513)
