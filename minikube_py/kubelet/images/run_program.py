"""Start one of the catalogue's programs: `python -S -E run_program.py PROGRAM [ARG...]`.

Run by path, so that neither site-packages nor the rest of minikube_py is loaded: fifty of these may start at once.
"""

from __future__ import annotations

import sys


def run(argv: list[str]) -> int:
    """Run `programs.<name>.main(arguments)` and return its exit code."""
    name, *arguments = argv
    module = __import__(f"programs.{name}", fromlist=["main"])
    return int(module.main(arguments))


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
