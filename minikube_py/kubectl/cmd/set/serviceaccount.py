"""set serviceaccount: as whom pods act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime.dry_run import get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed
from minikube_py.cli_runtime.recording import RECORD_FLAG
from minikube_py.cli_runtime.resource_builder import Info
from minikube_py.cli_runtime.results import check_output
from minikube_py.cli_runtime.verb import Verb
from minikube_py.kubectl.polymorphic.pod_spec import get_pod_spec
from minikube_py.kubectl.polymorphic.updates import UPDATE_FLAGS, Update, check_local, find_infos, update_all

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # let the deployment's pods act as builder
  mk set serviceaccount deployment web builder
"""

FLAGS = (*UPDATE_FLAGS, RECORD_FLAG)


def run(flags: Parsed, factory: Factory) -> None:
    """Set the service account."""
    dry_run = get_dry_run(flags, factory)
    check_local(flags, dry_run)
    check_output(flags)
    if not flags.args:
        raise CliError("serviceaccount is required")
    *resources, account = flags.args
    infos = find_infos(flags, factory, [] if flags["local"] else resources)

    def set_account(info: Info, obj: Object, problems: list[Exception]) -> None:
        get_pod_spec(info, obj)["serviceAccountName"] = account

    update = Update(set_account, "serviceaccount updated", "failed to patch ServiceAccountName ", always=True)
    update_all(flags, factory, infos, update, dry_run)


VERB = Verb(
    "serviceaccount",
    "Let a workload's pods run as another service account",
    run,
    FLAGS,
    "(-f FILENAME | TYPE NAME) SERVICE_ACCOUNT",
    "Sets the service account of pod templates.",
    EXAMPLES,
)
