"""The Common Expression Language with Kubernetes' libraries: https://kubernetes.io/docs/reference/using-api/cel/

`parser` reads an expression to `nodes`, `checker` finds names that do not exist, `evaluator` gives its value.
"""
