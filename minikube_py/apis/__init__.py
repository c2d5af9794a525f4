"""What is known of each kind: one kind a file, `KIND = Kind(...)`."""
