"""luksa/batch-job: works for two minutes (or `--seconds N`) and ends well."""

from __future__ import annotations

import select
import time

from . import pod


def main(arguments: list[str]) -> int:
    """Say when it starts and when it is done."""
    seconds = float(arguments[arguments.index("--seconds") + 1]) if "--seconds" in arguments else 120.0
    pod.end_on_signals()
    pod.write_out(f"{time.ctime()} Batch job starting\n")
    select.select([], [], [], seconds)
    pod.write_out(f"{time.ctime()} Finished succesfully\n")
    return 0
