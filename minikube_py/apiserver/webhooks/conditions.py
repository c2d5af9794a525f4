"""matchConditions of webhooks. Upstream: k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minikube_py.apimachinery import errors
from minikube_py.apimachinery.cel.nodes import CelError, SyntaxFault
from minikube_py.apis.kind import Kind
from minikube_py.apiserver.admission_attributes import Attributes
from minikube_py.apiserver.admission_variables import evaluate_text, make_variables

if TYPE_CHECKING:
    from minikube_py.apiserver.server import ApiServer

Object = dict[str, Any]


def holds(hook: Object, attributes: Attributes, target: Kind, server: ApiServer) -> bool:
    """Return whether every condition of a webhook holds.

    One that is false decides, whatever is wrong with others. Raises Forbidden where one cannot be evaluated, none is false and
    the webhook fails closed.
    """
    variables, faults = make_variables(attributes, target, server), []
    for condition in hook.get("matchConditions") or ():
        expression = condition["expression"].strip()
        try:
            value = evaluate_text(expression, variables)
        except (CelError, SyntaxFault) as error:
            faults.append(f"expression '{expression}' resulted in error: {error}")
            continue
        if value is False:
            return False
    if not faults:
        return True
    if hook.get("failurePolicy") == "Ignore":
        return False
    why = faults[0] if len(faults) == 1 else f"[{', '.join(faults)}]"
    raise errors.new_forbidden(attributes.kind.group, attributes.kind.plural, attributes.name, why)
