"""The clock of the daemon, which sets its cluster's time: it may run faster than the machine's, stand still, and be moved."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

from minikube_py.component_base.clock import Pace, format_paces, parse_paces

DATE_OF_STOPPED_CLOCKS = 1_767_225_600.0  # 2026-01-01: where a clock begins that is to show the same each time
PLAIN = 1.0


class SteeredClock:
    """Tells a cluster's time, going on from what its state holds (`paces`); `real` is the machine's clock.

    While it is held it shows the time that it was held at or moved to, so that what is due is done one moment after the other.
    """

    def __init__(self, paces: str, real: Callable[[], float]) -> None:
        self._paces = parse_paces(paces)
        self._real = real
        self._held: float | None = None

    @property
    def speed(self) -> float:
        """How many seconds of the cluster pass in one of the machine."""
        return self._paces[-1].speed if self._paces else PLAIN

    @property
    def is_plain(self) -> bool:
        """Whether this is nothing but the machine's clock."""
        return not self._paces

    def now(self) -> float:
        """Return the time that components see."""
        return self.target() if self._held is None else self._held

    def target(self) -> float:
        """Return the time that it is by the machine's clock: a held clock follows it."""
        return self._paces[-1].at(self._real()) if self._paces else self._real()

    def hold(self, at: float | None = None) -> None:
        """Show one time from now on: the present, or a later one."""
        self._held = self.now() if at is None else max(at, self.now())

    def release(self) -> None:
        """Go on by the machine's clock."""
        self._held = None

    def set_pace(self, speed: float, at: float | None = None) -> None:
        """Run at another speed from now on, from the time `at` or from where it is."""
        self._paces.append(Pace(self._real(), self.target() if at is None else at, speed))

    def move(self, to: float) -> None:
        """Show that time, and stand there."""
        self._held = to
        moved = Pace(self._real(), to, 0.0)
        if self._paces and not self._paces[-1].speed:
            self._paces[-1] = moved
        else:
            self._paces.append(moved)

    def to_cluster(self, real: float) -> float:
        """Return what this clock showed at a time of the machine, 0 for 0 (never)."""
        if not real or not self._paces:
            return real
        index = bisect_right([pace.real for pace in self._paces], real)
        return self._paces[index - 1].at(real) if index else real - self._paces[0].real + self._paces[0].cluster

    def format(self) -> str:
        """Return what the cluster's state is to keep of it."""
        return format_paces(self._paces)
