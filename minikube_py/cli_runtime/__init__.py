"""What verbs share: flags, the factory, finding objects (-f, TYPE/NAME, -l), printers."""
