"""TokenReview: a question that is answered at once, whose a token is.

https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
"""

from __future__ import annotations

from minikube_py.apis.kind import Kind

KIND = Kind(
    group="authentication.k8s.io",
    version="v1",
    kind="TokenReview",
    plural="tokenreviews",
    singular="tokenreview",
    schema="io.k8s.api.authentication.v1.TokenReview",
    namespaced=False,
    status=False,
    verbs=("create",),
)
