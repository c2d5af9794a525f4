"""Ends a node agent whose daemon is gone, with everything it runs: `python -m minikube_py.cmd.end_agent DIRECTORY`."""

from __future__ import annotations

import sys

from minikube_py.cri.process import ProcessRuntime


def main(argv: list[str]) -> int:
    """Ask the agent to end, and wait for it."""
    runtime = ProcessRuntime(argv[0])
    runtime.start(lambda pod_uid: None)
    runtime.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
