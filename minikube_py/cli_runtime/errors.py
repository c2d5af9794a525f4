"""The error a command line gives up with."""

from __future__ import annotations


class CliError(Exception):
    """What the user did, or what stands in the way, in kubectl's words.

    `main` prints `prefix` and `message` to stderr and exits with `exit_code`.
    """

    def __init__(self, message: str, exit_code: int = 1, *, prefix: str = "error: ") -> None:
        super().__init__(message)
        self.message, self.exit_code, self.prefix = message, exit_code, prefix
