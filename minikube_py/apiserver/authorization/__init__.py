"""Who may do what: RBAC, asked for every request that does not come from system:masters."""
