"""Pure functions on objects: meta, labels, fields, quantities, errors, patches, schemas. No I/O."""
