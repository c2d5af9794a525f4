"""What a verb raises for a user to read."""

from __future__ import annotations


class CliError(Exception):
    """Ends the command: `message` goes to stderr as it is, `exit_code` to the shell."""

    def __init__(self, message: str, exit_code: int = 1) -> None:
        super().__init__(message)
        self.message, self.exit_code = message, exit_code
