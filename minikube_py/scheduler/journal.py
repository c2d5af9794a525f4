"""Which nodes changed, one after another: whoever keeps something of nodes reads on from where it was."""

from __future__ import annotations

_LENGTH = 8192  # of what is kept; who fell further behind looks at everything


class Journal:
    """The names of nodes, in the order in which they changed."""

    def __init__(self) -> None:
        self._names: list[str] = []
        self._dropped = 0

    def note(self, node: str) -> None:
        """Write that a node changed."""
        self._names.append(node)
        if len(self._names) > _LENGTH:
            del self._names[: _LENGTH // 2]
            self._dropped += _LENGTH // 2

    def read(self, place: int) -> tuple[set[str] | None, int]:
        """Return the nodes that changed since a place, None where the journal does not reach back, as to -1; and the place of its end."""
        end = self._dropped + len(self._names)
        return (set(self._names[place - self._dropped :]) if place >= self._dropped else None), end
