"""The errors a command line gives up with."""

from __future__ import annotations

from collections.abc import Sequence


class CliError(Exception):
    """What the user did, or what stands in the way, in kubectl's words.

    `main` prints `prefix` and `message` to stderr and exits with `exit_code`.
    """

    def __init__(self, message: str, exit_code: int = 1, *, prefix: str = "error: ") -> None:
        super().__init__(message)
        self.message, self.exit_code, self.prefix = message, exit_code, prefix


class AggregateError(Exception):
    """Several things that went wrong, each a CliError or a StatusError, told one a line; as text on one, each once."""

    def __init__(self, errors: Sequence[Exception]) -> None:
        texts = list(dict.fromkeys(map(str, errors)))
        super().__init__(texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]")
        self.errors = tuple(errors)


def add_source(error: Exception, doing: str, source: str) -> Exception:
    """Return `error` with `error when creating "web.yaml": ` before its message; as it is where there is no source."""
    if not source:
        return error
    from minikube_py.apimachinery.errors import StatusError  # here, for it brings json along

    prefix = f'error when {doing} "{source}": '
    if isinstance(error, StatusError):
        return error.behind(prefix)
    return CliError(prefix + str(error)) if isinstance(error, CliError) else error
