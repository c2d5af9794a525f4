"""SelfSubjectRulesReview: a question that is answered at once, all that who asks may do in a namespace.

https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/
"""

from __future__ import annotations

from minikube_py.apis.authorization.validation import CREATE_ONLY
from minikube_py.apis.kind import Kind

KIND = Kind(
    group="authorization.k8s.io",
    version="v1",
    kind="SelfSubjectRulesReview",
    plural="selfsubjectrulesreviews",
    singular="selfsubjectrulesreview",
    schema="io.k8s.api.authorization.v1.SelfSubjectRulesReview",
    namespaced=False,
    status=False,
    verbs=CREATE_ONLY,
)
