"""hello-world: greets and ends."""

from __future__ import annotations

from . import pod

TEXT = """
Hello from Docker!
This message shows that your installation appears to be working correctly.

No Docker took part, though: minikube_py found the name "hello-world" in its own catalogue of images
and started this program as a plain process on your machine. Its output went into the pod's log.

"""


def main(arguments: list[str]) -> int:
    """Print the greeting."""
    pod.write_out(TEXT)
    return 0
