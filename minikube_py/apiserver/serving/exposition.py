"""Lines of Prometheus' text format.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Iterator

Labels = tuple[tuple[str, str], ...]


def write_head(name: str, kind: str, text: str) -> Iterator[str]:
    """Yield what goes before a metric's values."""
    yield f"# HELP {name} {text}"
    yield f"# TYPE {name} {kind}"


def write_line(name: str, labels: Labels, value: float) -> str:
    """Return the line of a value; labels in the order of their names, but a bucket's bound at the end."""
    ordered = sorted(labels, key=lambda label: (label[0] == "le", label[0]))
    escaped = ((key, text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")) for key, text in ordered)
    shown = ",".join(f'{key}="{text}"' for key, text in escaped)
    return f"{name}{{{shown}}} {value}" if shown else f"{name} {value}"
