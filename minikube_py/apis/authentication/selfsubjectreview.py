"""SelfSubjectReview: a question that is answered at once, who asks.

https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/
"""

from __future__ import annotations

from minikube_py.apis.kind import Kind

KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="SelfSubjectReview",
    plural="selfsubjectreviews",
    singular="selfsubjectreview",
    schema="io.k8s.api.authentication.v1.SelfSubjectReview",
    namespaced=False,
    status=False,
    verbs=("create",),
)
