"""One admission plugin a file; each admits (may change) or validates (may not)."""
