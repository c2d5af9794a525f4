"""LocalSubjectAccessReview: a question that is answered at once, whether somebody may do something in one namespace.

https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/local-subject-access-review-v1/
"""

from __future__ import annotations

from minikube_py.apis.authorization.validation import CREATE_ONLY, validate_local_question
from minikube_py.apis.kind import Kind

KIND = Kind(
    group="authorization.k8s.io",
    version="v1",
    kind="LocalSubjectAccessReview",
    plural="localsubjectaccessreviews",
    singular="localsubjectaccessreview",
    schema="io.k8s.api.authorization.v1.LocalSubjectAccessReview",
    status=False,
    verbs=CREATE_ONLY,
    validate=validate_local_question,
)
