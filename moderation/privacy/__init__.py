"""Stored text is a liability: encryption at rest, retention, erasure."""
