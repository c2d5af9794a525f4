"""The hint that a cluster does not run, for who asks it something that only its daemon can do."""

from __future__ import annotations

import os
import sys

from minikube_py.component_base.pid_lock import find_holder

DEFAULT = "minikube"


class StoppedHint:
    """Says on stderr, once, that the cluster in `directory` is not running and what starts it; nothing where it runs."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._is_due = True

    def give(self) -> None:
        """Say it now: somebody is about to wait in vain, or could not be served."""
        if not self._is_due:
            return
        self._is_due = False
        if find_holder(os.path.join(self._directory, "daemon.pid")) is not None:
            return
        name = os.path.basename(self._directory)
        start = "mk start" if name == DEFAULT else f"mk start -p {name}"
        sys.stdout.flush()
        print(f'the cluster "{name}" is not running; "{start}" starts it', file=sys.stderr, flush=True)

    def give_at_end(self) -> None:
        """Say it when the command is done, to people only: what was written waits for the cluster."""
        if self._is_due and sys.stderr.isatty():
            import atexit

            atexit.register(self.give)
