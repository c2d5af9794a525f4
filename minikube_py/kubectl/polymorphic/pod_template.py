"""A pod template in words, as `rollout history --revision` and `rollout undo --dry-run` show it."""

from __future__ import annotations

from typing import Any

Object = dict[str, Any]


def describe_template_text(template: Object) -> str:
    """Return the description of a pod template, beginning with `Pod Template:`."""
    from minikube_py.kubectl.describe.pod_template import write_pod_template
    from minikube_py.kubectl.describe.writer import Writer

    writer = Writer()
    write_pod_template(template, writer)
    return writer.text()
