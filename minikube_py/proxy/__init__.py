"""Service addresses to pods."""
