"""The REST API over HTTP: who asks, limits, health, metrics, the audit log, and one place from which all watches are fed."""
