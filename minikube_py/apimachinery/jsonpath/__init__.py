"""kubectl's dialect of JSONPath: templates read to nodes, and nodes found in JSON values. Printing is cli_runtime's."""
