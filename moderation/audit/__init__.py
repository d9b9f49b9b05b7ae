"""The audit log: what people did, in a chain of keyed hashes to which rows are only ever added."""
