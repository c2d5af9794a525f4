"""What `describe` prints, one file a kind, with a generic describer for the rest."""
