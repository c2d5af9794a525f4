"""create priorityclass: which pods go first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from minikube_py.cli_runtime import generators
from minikube_py.cli_runtime.flags import Parsed, flag
from minikube_py.cli_runtime.generators import make_metadata, make_object
from minikube_py.cli_runtime.verb import Verb
from minikube_py.client.resources import PRIORITY_CLASSES

if TYPE_CHECKING:
    from minikube_py.cli_runtime.factory import Factory

EXAMPLES = """
  # pods of this class may take the place of others
  mk create priorityclass urgent --value=1000 --description='goes first'

  # pods of this class wait their turn
  mk create priorityclass patient --value=-10 --preemption-policy=Never
"""

FLAGS = (
    *generators.GENERATOR_FLAGS,
    flag("value", default=0, help="The priority; the higher goes first"),
    flag("global-default", default=False, help="Pods that name no class have this one"),
    flag("description", help="What the class is for"),
    flag("preemption-policy", default="PreemptLowerPriority", help="PreemptLowerPriority or Never"),
)


def run(flags: Parsed, factory: Factory) -> None:
    """Create the priority class."""
    create = generators.complete_create(flags, factory)
    fields = {"value": flags["value"]}
    if flags["global-default"]:
        fields["globalDefault"] = True
    if flags["description"]:
        fields["description"] = flags["description"]
    fields["preemptionPolicy"] = flags["preemption-policy"]
    priority_class = make_object(PRIORITY_CLASSES, make_metadata(create, namespaced=False), **fields)
    generators.create_object(create, factory, PRIORITY_CLASSES, priority_class, "failed to create priorityclass: ")


VERB = Verb(
    "priorityclass",
    "Make a class of priority for pods",
    run,
    FLAGS,
    "NAME --value=VALUE --global-default=BOOL [--dry-run=server|client|none]",
    "Creates a PriorityClass: how important the pods that name it are to the scheduler.",
    EXAMPLES,
)
