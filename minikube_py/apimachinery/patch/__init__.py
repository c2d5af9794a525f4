"""The four patch types and server-side apply's ownership of fields."""
