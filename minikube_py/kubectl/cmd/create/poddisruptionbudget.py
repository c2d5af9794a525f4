"""create poddisruptionbudget: how many pods may be away at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.errors import CliError
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import Create, make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import POD_DISRUPTION_BUDGETS

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

Object = dict[str, Any]

EXAMPLES = """
  # of the pods with app=web at least half must stay
  mk create poddisruptionbudget half --selector=app=web --min-available=50%
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("min-available", help="How many pods, or what share of them, must stay"),
    flag("max-unavailable", help="How many pods, or what share of them, may be away"),
    flag("selector", help="Which pods: KEY=VALUE, split at commas"),
)


class Options(NamedTuple):
    """What to create."""

    create: Create
    min_available: str
    max_unavailable: str
    selector: str


def complete(flags: Parsed, factory: Factory) -> Options:
    """Turn flags and arguments into options."""
    return Options(
        generators.complete_create(flags, factory), flags["min-available"], flags["max-unavailable"], flags["selector"]
    )


def validate(options: Options) -> None:
    """A selector, and one of the two amounts."""
    generators.require_name(options.create)
    if not options.selector:
        raise CliError("a selector must be specified")
    if not options.min_available and not options.max_unavailable:
        raise CliError("one of min-available or max-unavailable must be specified")
    if options.min_available and options.max_unavailable:
        raise CliError("min-available and max-unavailable cannot be both specified")
    for name, value in (("min-available", options.min_available), ("max-unavailable", options.max_unavailable)):
        if value and not re.fullmatch("[0-9]+%?", value):
            raise CliError(f"invalid format specified for {name}")


def run(flags: Parsed, factory: Factory) -> None:
    """Create the budget."""
    options = complete(flags, factory)
    validate(options)
    failure = "failed to create poddisruptionbudgets: "
    generators.create_object(options.create, factory, POD_DISRUPTION_BUDGETS, make_budget(options), failure)


def make_budget(options: Options) -> Object:
    """Return the PodDisruptionBudget. Raises CliError for a selector that is none."""
    from minikube_py.apimachinery.labels import parse_to_label_selector

    try:
        selector = parse_to_label_selector(options.selector)
    except ValueError as error:
        raise CliError(str(error)) from error
    amounts = {"minAvailable": options.min_available, "maxUnavailable": options.max_unavailable}
    given = {name: int(value) if value.isdecimal() else value for name, value in amounts.items() if value}
    spec = {"minAvailable": None, "selector": selector, **given}
    spec = {key: value for key, value in spec.items() if value is not None}
    status = dict.fromkeys(("disruptionsAllowed", "currentHealthy", "desiredHealthy", "expectedPods"), 0)
    return make_object(POD_DISRUPTION_BUDGETS, make_metadata(options.create), spec=spec, status=status)


VERB = Verb(
    "poddisruptionbudget",
    "Make a budget of how many pods may be missing at once",
    run,
    FLAGS,
    "NAME --selector=SELECTOR --min-available=N [--dry-run=server|client|none]",
    "Creates a PodDisruptionBudget: draining a node waits where it would take too many of these pods at once.",
    EXAMPLES,
)
