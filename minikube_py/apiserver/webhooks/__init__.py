"""Webhooks: which are asked about a write, how they are reached, and what their answers mean.

https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/ and docs/adr/0013.
"""
