"""The vocabulary: the pretrained pieces that Chinese text needs, as a tokeniser that serving reads from one file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tokenizers import AddedToken, Regex, Tokenizer, decoders, normalizers, pre_tokenizers, processors
from tokenizers.models import Unigram

from classifiers import surface
from classifiers.training.encoder.pretrained import Piece

BOS, PAD, EOS, UNKNOWN = range(4)
"""Token numbers, before and after trimming."""

_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_METASPACE = "▁"
_CHUNK = 20_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A tokeniser and, for each of its tokens, the pretrained tokens whose embeddings it starts from (their mean)."""

    tokenizer: Tokenizer
    origins: tuple[tuple[int, ...], ...]


def trimmed(pieces: Sequence[Piece], texts: Sequence[str], rarest: int) -> Vocabulary:
    """Keep the pieces met at least *rarest* times in *texts*, every Han character and every ASCII character.

    What falls away is read as shorter pieces: the same characters, in more tokens.
    """
    full = _tokenizer(pieces)
    met = Counter(token for tokens in _encoded(full, texts) for token in tokens)
    kept = [
        number
        for number, piece in enumerate(pieces)
        if number > UNKNOWN and piece.text not in surface.MARKS and (met[number] >= rarest or _is_basic(piece.text))
    ]
    numbers = [*range(len(_SPECIAL)), *kept]
    small = _tokenizer([pieces[number] for number in numbers])
    starts = [_tokens(full, word) for word in surface.MARKS.values()]
    return Vocabulary(small, (*((number,) for number in numbers), *starts))


def _tokens(tokenizer: Tokenizer, word: str) -> tuple[int, ...]:
    encoded = tokenizer.encode(word, add_special_tokens=False)
    return tuple(encoded.ids)


def _is_basic(text: str) -> bool:
    bare = text.removeprefix(_METASPACE)
    return len(bare) <= 1 and (not bare or bare.isascii() or "\u4e00" <= bare <= "\u9fff")


def _encoded(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterator[list[int]]:
    for start in range(0, len(texts), _CHUNK):
        for encoding in tokenizer.encode_batch(list(texts[start : start + _CHUNK]), add_special_tokens=False):
            yield encoding.ids


def _tokenizer(pieces: Iterable[Piece]) -> Tokenizer:
    tokenizer = Tokenizer(Unigram([(piece.text, piece.score) for piece in pieces], UNKNOWN, byte_fallback=False))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement=_METASPACE, prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(replacement=_METASPACE)
    tokenizer.add_special_tokens([AddedToken(name, special=True) for name in _SPECIAL])
    tokenizer.add_special_tokens([AddedToken(mark, special=True) for mark in surface.MARKS])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", BOS), ("</s>", EOS)]
    )
    return tokenizer
