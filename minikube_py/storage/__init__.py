"""Objects and their revisions in one SQLite file, with watches and compaction.

Knows keys (resource, namespace, name), revisions and JSON bytes; nothing of kinds, defaults or status codes. The registry
in `apiserver` is the only user; it turns the few errors of `interface` into those of the API.
"""
