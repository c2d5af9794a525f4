"""OpenAPI documents of what is served: version 3 in a document for each group version, version 2 in one for all.

https://kubernetes.io/docs/concepts/overview/kubernetes-api/#openapi-interface-definition

`operations` says what can be done where, `definitions` what objects look like; `version3` and `version2` write both down and `gnostic`
says the latter in protobuf, for older clients; `documents` answers requests. The old paths below /watch/ are served, but not described.
"""
