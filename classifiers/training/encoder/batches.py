"""Draws lessons and packs them, as token numbers, into batches of like lengths."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from classifiers.encoder import MOST_TOKENS
from classifiers.training.encoder.lessons import Lesson
from classifiers.training.encoder.pieces import BOS, EOS, PAD, UNKNOWN

_TOKENS, _TEXTS = 2048, 40
_JITTER = 6.0
"""Tokens by which lengths are blurred before sorting, so that the same texts don't always meet."""
_FILLER = range(4, 45)

Tokens = list[int]


@dataclass(frozen=True, slots=True)
class Noise:
    """How texts are varied, the illegal and the innocent alike.

    ``joined`` is the share of texts put before or behind an everyday one: the offer, or the talk, is then one part of a
    post. ``blurred`` is the share of which ``blanks`` of the tokens are blotted out: no single word may decide.
    """

    joined: float = 0.1
    blurred: float = 0.6
    blanks: float = 0.08


@dataclass(frozen=True, slots=True)
class Batch:
    """Token numbers and mask, one row a text, and which lesson each row is."""

    tokens: torch.Tensor
    mask: torch.Tensor
    rows: NDArray[np.int64]


class Desk:
    """The lessons as token numbers, and the dice."""

    def __init__(self, lessons: Sequence[Lesson], tokenizer: Tokenizer, seed: int) -> None:
        self.lessons = lessons
        self._random = np.random.default_rng(seed)
        self._tokens = tokenized([lesson.passages for lesson in lessons], tokenizer)
        self._everyday = [
            index
            for index, lesson in enumerate(lessons)
            if not lesson.authored and not lesson.illegal and len(self._tokens[index][0]) in _FILLER
        ]

    def epoch(self, chosen: NDArray[np.int64], noise: Noise) -> list[Batch]:
        """Return the *chosen* lessons in batches, one passage of each, varied by *noise*."""
        drawn = [(int(index), self._draw(int(index), noise)) for index in chosen]
        blurred = np.array([len(tokens) for _, tokens in drawn]) + self._random.random(len(drawn)) * _JITTER
        batches = list(_packed([drawn[place] for place in np.argsort(blurred)]))
        return [batches[place] for place in self._random.permutation(len(batches))]

    def choose(self, pool: NDArray[np.int64], count: int) -> NDArray[np.int64]:
        """Return *count* different ones of *pool*, or all if there are fewer."""
        return self._random.choice(pool, min(count, pool.size), replace=False)

    def _draw(self, index: int, noise: Noise) -> Tokens:
        passages = self._tokens[index]
        tokens = passages[self._random.integers(len(passages))]
        if self._everyday and self._random.random() < noise.joined and len(tokens) < _FILLER.stop * 2:
            other = self._tokens[self._everyday[self._random.integers(len(self._everyday))]][0]
            tokens = other + tokens if self._random.random() < 0.5 else tokens + other
        if self._random.random() < noise.blurred:
            blank = self._random.random(len(tokens)) < noise.blanks
            tokens = [UNKNOWN if hidden else token for token, hidden in zip(tokens, blank, strict=True)]
        return tokens


def tokenized(passages: Sequence[Sequence[str]], tokenizer: Tokenizer) -> list[list[Tokens]]:
    """Return the token numbers of every passage, without the marks of beginning and end."""
    flat = [text for texts in passages for text in texts]
    numbers = iter([encoding.ids for encoding in tokenizer.encode_batch(flat, add_special_tokens=False)])
    return [[next(numbers) for _ in texts] for texts in passages]


def in_order(passages: Sequence[Sequence[Tokens]]) -> list[Batch]:
    """Return every passage, unvaried, in batches; ``rows`` names the text each belongs to."""
    flat = [(index, tokens) for index, texts in enumerate(passages) for tokens in texts]
    return list(_packed(sorted(flat, key=lambda each: len(each[1]))))


def _packed(ordered: Sequence[tuple[int, Tokens]]) -> Iterator[Batch]:
    waiting: list[tuple[int, Tokens]] = []
    width = 0
    for index, tokens in ordered:
        framed = [BOS, *tokens[: MOST_TOKENS - 2], EOS]
        if waiting and (len(waiting) == _TEXTS or max(width, len(framed)) * (len(waiting) + 1) > _TOKENS):
            yield _batch(waiting, width)
            waiting, width = [], 0
        waiting.append((index, framed))
        width = max(width, len(framed))
    if waiting:
        yield _batch(waiting, width)


def _batch(rows: Sequence[tuple[int, Tokens]], width: int) -> Batch:
    tokens = torch.full((len(rows), width), PAD)
    mask = torch.zeros(len(rows), width, dtype=torch.int64)
    for place, (_, numbers) in enumerate(rows):
        tokens[place, : len(numbers)] = torch.tensor(numbers)
        mask[place, : len(numbers)] = 1
    return Batch(tokens, mask, np.array([index for index, _ in rows]))
