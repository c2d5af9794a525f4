"""SelfSubjectAccessReview: a question that is answered at once, whether who asks may do something.

https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
"""

from __future__ import annotations

from minikube_py.apis.authorization.validation import CREATE_ONLY, validate_question
from minikube_py.apis.kind import Kind

KIND = Kind(
    group="authorization.k8s.io",
    version="v1",
    kind="SelfSubjectAccessReview",
    plural="selfsubjectaccessreviews",
    singular="selfsubjectaccessreview",
    schema="io.k8s.api.authorization.v1.SelfSubjectAccessReview",
    namespaced=False,
    status=False,
    verbs=CREATE_ONLY,
    validate=validate_question,
)
