"""Kubernetes' protobuf encoding of objects: the content type application/vnd.kubernetes.protobuf.

https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding

`fields.json` says which JSON field a number is in each message: `number name type`, where a type is s (text), y (bytes), i (integer),
b (boolean), d (double) or a message, after `[` for a list and `{` for a map from texts; `!` before it marks what JSON keeps though it
is empty, and the name `-` stands for a message whose fields are the outer one's own. A message's name without a group is of the same
group and version. The table was drawn from the type declarations of Kubernetes 0.33 (k8s.io/api, apimachinery,
apiextensions-apiserver, kube-aggregator and metrics; Copyright The Kubernetes Authors, Apache License 2.0) by
tests/write_protobuf_fields.py.
"""
