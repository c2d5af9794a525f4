"""auth whoami: the user, groups and more that the cluster takes you for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery.errors import Forbidden, NotFound
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import Resource

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # a table of what the cluster knows of you
  mk auth whoami

  # the name alone
  mk auth whoami -o jsonpath='{.status.userInfo.username}'
"""

GROUP = "authentication.k8s.io"
REVIEWS = Resource(GROUP, "v1", "selfsubjectreviews", "SelfSubjectReview", namespaced=False)
NOT_ENABLED = "the selfsubjectreviews API is not enabled in the cluster"


def run(flags: Parsed, factory: Factory) -> None:
    """Ask, and print the answer."""
    chosen = flags.changed("output") or flags.changed("template")
    printer = make_result_printer(flags, "") if chosen else None
    review = {"apiVersion": f"{GROUP}/v1", "kind": "SelfSubjectReview", "metadata": {}}
    try:
        answer = factory.client().create(REVIEWS, review)
    except NotFound:
        raise CliError(NOT_ENABLED) from None
    except Forbidden:
        raise CliError(f"{NOT_ENABLED} or you do not have permission to call it") from None
    if printer is not None:
        printer.print_obj(answer, factory.streams.stdout)
    else:
        print_table(answer["status"]["userInfo"], factory)


def print_table(user: Object, factory: Factory) -> None:
    """Print what is known of a user, an attribute a line."""
    from minikube_py.cli_runtime.printers.tabwriter import new_table_writer

    writer = new_table_writer(factory.streams.stdout)
    rows = [("Username", user.get("username")), ("UID", user.get("uid"))]
    rows += [("Groups", _show(user["groups"]))] if user.get("groups") else []
    rows += [(f"Extra: {key}", _show(values)) for key, values in sorted((user.get("extra") or {}).items())]
    writer.write("ATTRIBUTE\tVALUE\n")
    for name, value in rows:
        if value:
            writer.write(f"{name}\t{value}\n")
    writer.flush()


def _show(values: list[str]) -> str:
    return f"[{' '.join(values)}]"


VERB = Verb(
    "whoami",
    "Tell who you are to the cluster",
    run,
    RESULT_FLAGS,
    "",
    "Prints the name, the groups and whatever else the cluster knows of you.",
    EXAMPLES,
)
