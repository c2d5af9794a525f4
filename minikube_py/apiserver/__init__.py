"""The registry: decode, default, admit, validate, store. It knows no kind by name."""
