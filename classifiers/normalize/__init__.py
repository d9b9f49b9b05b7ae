"""Undoing disguises: one text in, its plain reading out, with a map back to the original's offsets."""

from classifiers.normalize.mapping import Normalized
from classifiers.normalize.stages import normalize

__all__ = ["Normalized", "normalize"]
