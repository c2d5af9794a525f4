"""Entry points and wiring only: mk, the daemon, the node agent. Everything else is injected from here."""
