"""Verdicts: appended, numbered, never overwritten."""
