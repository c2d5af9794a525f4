"""Runs benchmarks one after another and prints their figures with the circumstances."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import time
from importlib import import_module

from benchmarks.figures import Figure

NAMES = (
    *("start_up", "get_pods", "apply_configmaps", "deployment_fake", "scheduler", "scale", "processes", "daemon_idle", "api"),
    "steady",
)


def describe_circumstances() -> dict[str, str]:
    """Return what a reader must know to compare figures."""
    return {
        "date": time.strftime("%Y-%m-%d %H:%M"),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "load": ", ".join(f"{load:.2f}" for load in os.getloadavg()),
        "python": platform.python_version(),
    }


def main(words: list[str]) -> int:
    """Measure all, or the named ones, and print. A missed target fails nothing: it may be the machine that was busy."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure minikube_py.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)} (all)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(words)
    if unknown := set(options.names) - set(NAMES):
        parser.error(f"there is no benchmark {', '.join(sorted(unknown))}")
    circumstances = describe_circumstances()
    if not options.json:
        print("   ".join(f"{name}: {value}" for name, value in circumstances.items()), flush=True)
    figures: list[Figure] = []
    for name in options.names or NAMES:
        for figure in import_module(f"benchmarks.{name}").measure():
            figures.append(figure)
            if not options.json:
                print(figure.describe(), flush=True)
    if options.json:
        rows = [{**figure._asdict(), "ratio": figure.ratio} for figure in figures]
        print(json.dumps({"circumstances": circumstances, "figures": rows}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
