"""The one place where an exception becomes text and an exit code. Texts follow k8s.io/kubectl's pkg/cmd/util CheckErr."""

from __future__ import annotations

from minikube_py.apimachinery.errors import StatusError
from minikube_py.cli_runtime.errors import AggregateError, CliError
from minikube_py.cli_runtime.flags import FlagError
from minikube_py.cli_runtime.verb import UsageError
from minikube_py.client.discovery import NoSuchKind, NoSuchResource
from minikube_py.client.kubeconfig import ConfigError, InvalidConfigError
from minikube_py.client.request import RequestError, Unreachable
from minikube_py.client.streams import StreamError

USER_ERRORS = (
    StatusError,
    CliError,
    AggregateError,
    FlagError,
    UsageError,
    NoSuchKind,
    NoSuchResource,
    ConfigError,
    StreamError,
)


def describe_error(error: Exception, path: str, failure: int = 1) -> tuple[str, int]:
    """Return what to print to stderr, up to the end of its last line, and the exit code; `path` is the command as it was called (`create deployment`).

    `failure` is the exit code of the verb's errors; of the one whose is not 1, kubectl words a wrong flag as it does a wrong use.
    """
    if isinstance(error, CliError):
        return error.prefix + error.message, failure if error.exit_code == 1 else error.exit_code
    if isinstance(error, FlagError) and failure != 1:
        error = UsageError(str(error))
    return _describe(error, path), failure


def _describe(error: Exception, path: str) -> str:
    if isinstance(error, StatusError):
        return describe_status(error)
    if isinstance(error, AggregateError):
        return "".join(f"{describe_one_of_many(one)}\n" for one in error.errors)
    if isinstance(error, FlagError):
        return f"error: {error}\nSee '{path} --help' for usage."
    if isinstance(error, UsageError):
        return f"error: {error.message}\nSee '{path} -h' for help and examples"
    heading = "Error in configuration" if isinstance(error, InvalidConfigError) else "error"
    return f"{heading}: {error}"


def describe_one_of_many(error: Exception) -> str:
    """Return the line of one error among several: there, kubectl lists neither causes nor a heading `error: `."""
    if not isinstance(error, StatusError):
        return str(error)
    if isinstance(error, RequestError):
        return error.message
    if error.reason == "Unauthorized":
        return describe_status(error)
    reason = f" ({error.reason})" if error.reason else ""
    return f"Error from server{reason}: {error.message}"


def describe_status(error: StatusError, prefix: str = "") -> str:
    """Return how kubectl tells of an API error; `prefix` such as `error when creating "f.yaml": ` stands before the message."""
    if isinstance(error, Unreachable) and not prefix:
        return error.message
    if isinstance(error, RequestError):
        return f"error: {error.behind(prefix).message}"
    if error.reason == "Invalid" and not prefix:
        return describe_invalid(error)
    if error.reason == "Unauthorized":
        return f"error: You must be logged in to the server ({prefix}{error.message})"
    reason = f" ({error.reason})" if error.reason else ""
    return f"Error from server{reason}: {prefix}{error.message}"


def describe_invalid(error: StatusError) -> str:
    """Return the text of an Invalid: the subject, then its causes, one a line where there are several."""
    details = error.details or {}
    kind, name = details.get("kind", ""), details.get("name", "")
    causes = [f"{c.get('field', '')}: {c['message']}" for c in details.get("causes") or []]
    if not kind:
        return "The request is invalid" + (f": {', '.join(causes)}" if causes else f": {error.message}")
    subject = f'The {kind} "{name}" is invalid'
    if not causes:
        return f"{subject}: {error.message}" if error.message else subject
    if len(causes) == 1:
        return f"{subject}: {causes[0]}"
    return subject + ": \n" + "\n".join(f"* {cause}" for cause in dict.fromkeys(causes))
