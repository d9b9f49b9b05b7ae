"""The order in which disguises are undone."""

from collections.abc import Callable

from classifiers.normalize.characters import drop_invisible, fold, read_confusables, read_glyphs
from classifiers.normalize.components import recombine
from classifiers.normalize.digits import read_digits
from classifiers.normalize.mapping import Draft, Normalized
from classifiers.normalize.pinyin import read_initials, read_syllables
from classifiers.normalize.separators import join_columns, join_digits, join_words
from classifiers.normalize.words import read_in_context, read_variants

_STAGES: tuple[Callable[[Draft], None], ...] = (
    drop_invisible,
    # Look-alikes are told by their capitals, so they are read before letter case is folded.
    read_confusables,
    fold,
    read_glyphs,
    recombine,
    join_columns,
    join_words,
    read_digits,
    join_digits,
    read_variants,
    read_in_context,
    read_initials,
    read_syllables,
    # A word that only now has its characters may still stand apart.
    join_words,
)


def normalize(text: str) -> Normalized:
    """Return the plain reading of *text*.

    Works on any string, lone surrogates included, in time linear in its length.
    """
    draft = Draft(text)
    for stage in _STAGES:
        stage(draft)
    return draft.freeze()
