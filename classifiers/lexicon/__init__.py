"""Curated terms by label. A hit explains a verdict to a reader; it never decides one.

The format of the files is told in docs/normaliser.md.
"""

from classifiers.lexicon.entries import Entry
from classifiers.lexicon.matcher import Lexicon

__all__ = ["Entry", "Lexicon"]
