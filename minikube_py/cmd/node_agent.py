"""Entry point of the node agent: the process, apart from the daemon, that owns the pods' processes.

`python -m minikube_py.cmd.node_agent DIRECTORY READY_FD KIND SUBNET [VISIBLE...]`; a runtime starts it, nobody else needs to.
"""

from __future__ import annotations

import os
import sys

from minikube_py.cri.agent.guardian import protect


def main(argv: list[str]) -> int:
    """Detach, then serve as the agent of a folder. KIND is process or sandbox; READY_FD gets one word and is closed."""
    directory, ready_fd, kind, subnet, *visible = argv
    if os.fork():
        return 0
    os.setsid()
    protect()
    from minikube_py.cri.agent.agent import Options, run_agent

    def ready(word: bytes) -> None:
        os.write(int(ready_fd), word)
        os.close(int(ready_fd))

    run_agent(directory, Options(kind, subnet, tuple(visible)), ready)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
