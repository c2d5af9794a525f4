"""SubjectAccessReview: a question that is answered at once, whether somebody may do something.

https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/
"""

from __future__ import annotations

from minikube_py.apis.authorization.validation import CREATE_ONLY, validate_subject_question
from minikube_py.apis.kind import Kind

KIND = Kind(
    group="authorization.k8s.io",
    version="v1",
    kind="SubjectAccessReview",
    plural="subjectaccessreviews",
    singular="subjectaccessreview",
    schema="io.k8s.api.authorization.v1.SubjectAccessReview",
    namespaced=False,
    status=False,
    verbs=CREATE_ONLY,
    validate=validate_subject_question,
)
