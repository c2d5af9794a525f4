"""auth reconcile: roles and bindings brought to allow what a file says, by meaning rather than field by field.

Upstream: component-helpers' auth/rbac/reconciliation.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minikube_py.cli_runtime import rbac
from minikube_py.cli_runtime.dry_run import DRY_RUN_FLAG, get_dry_run
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.resource_builder import FILENAME_FLAGS, Info
from minikube_py.cli_runtime.results import RESULT_FLAGS, make_result_printer
from minikube_py.cli_runtime.verb import Verb
from minikube_py.cli_runtime.visitor import require_files, visit, visit_files
from minikube_py.kubectl.reconciliation import Outcome, Reconciler

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory
    from minikube_py.cli_runtime.printers.managed_fields import Printer

Object = dict[str, Any]

EXAMPLES = """
  # what the roles of the file allow is added to what they allow now
  mk auth reconcile -f roles.yaml

  # and what the file does not allow is taken away
  mk auth reconcile -f roles.yaml --remove-extra-permissions --remove-extra-subjects
"""

FLAGS = (
    *FILENAME_FLAGS,
    *RESULT_FLAGS,
    flag("remove-extra-permissions", default=False, help="Take away what roles allow beyond the file"),
    flag("remove-extra-subjects", default=False, help="Unbind whom the file does not name"),
    DRY_RUN_FLAG,
)
KINDS = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")


def run(flags: Parsed, factory: Factory) -> None:
    """Reconcile every role and binding of the files; other kinds are passed over."""
    require_files(flags)
    if flags.args:
        raise CliError("no arguments are allowed")
    try:
        dry_run = get_dry_run(flags, factory)
    except CliError as error:
        raise CliError(f"error accessing --dry-run flag for command reconcile: {error.message}") from error
    if dry_run == "server":
        raise CliError("--dry-run=server for command reconcile is not supported yet")
    printer = make_result_printer(flags, "reconciled", dry_run)
    removes = flags["remove-extra-permissions"], flags["remove-extra-subjects"]
    reconciler = Reconciler(factory.client(), confirm=dry_run == "none", remove_rules=removes[0], remove_subjects=removes[1])

    def reconcile(info: Info) -> Callable[[], None] | None:
        if info.resource.group != rbac.GROUP or info.resource.kind not in KINDS:
            return None
        outcome = reconciler.reconcile(info.object or {}, info.resource.resource)
        return lambda: report(outcome, printer, flags, factory)

    visit(factory, visit_files(factory, flags), reconcile)


def report(outcome: Outcome, printer: Printer, flags: Parsed, factory: Factory) -> None:
    """Print the object, and to stderr what had to be done."""
    printer.print_obj(outcome.object, factory.streams.stdout)
    if not outcome.operation:
        return
    caveat = ", but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)" if outcome.protected else ""
    factory.warn(f"\treconciliation required {outcome.operation}{caveat}")
    parts: list[tuple[str, list[Object], Callable[[Object], str]]] = [
        ("missing subjects added", outcome.missing_subjects, show_subject)
    ]
    if flags["remove-extra-subjects"]:
        parts.append(("extra subjects removed", outcome.extra_subjects, show_subject))
    parts.append(("missing rules added", outcome.missing_rules, show_rule))
    if flags["remove-extra-permissions"]:
        parts.append(("extra rules removed", outcome.extra_rules, show_rule))
    for title, items, show in parts:
        if items:
            factory.warn("\n".join([f"\t{title}:", *(f"\t\t{show(item)}" for item in items)]))


def show_subject(subject: Object) -> str:
    """Return a subject as Go prints the struct."""
    fields = (("Kind", "kind"), ("APIGroup", "apiGroup"), ("Name", "name"), ("Namespace", "namespace"))
    return "{" + " ".join(f"{title}:{subject.get(field) or ''}" for title, field in fields) + "}"


def show_rule(rule: Object) -> str:
    """Return a rule as Go prints the struct."""
    titles = ("Verbs", "APIGroups", "Resources", "ResourceNames", "NonResourceURLs")
    fields = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
    pairs = zip(titles, fields, strict=True)
    return "{" + " ".join(f"{title}:[{' '.join(rule.get(field) or ())}]" for title, field in pairs) + "}"


VERB = Verb(
    "reconcile",
    "Make roles and bindings grant what files say",
    run,
    FLAGS,
    "-f FILENAME",
    "Makes missing roles, bindings and their namespaces, and adds what those that are there lack.",
    EXAMPLES,
)
