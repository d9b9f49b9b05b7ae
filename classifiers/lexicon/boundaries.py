"""Word boundaries after jieba, without its shared cache file, its global state and its log lines."""

import re
import threading

import jieba

_PHRASE = re.compile("[\u3400-\u9fff]{4,}")
_HAN = re.compile("[\u3400-\u9fff]")
_WINDOW = 12
_REACH = 5


class Segmenter:
    """Tells whether a stretch of text begins and ends where a word does."""

    def __init__(self) -> None:
        self._tokenizer = jieba.Tokenizer()
        self._lock = threading.Lock()

    def _ready(self) -> None:
        """Load the dictionary directly: ``initialize`` would unmarshal a file from a directory others can write."""
        with self._lock:
            if not self._tokenizer.initialized:
                tokenizer = self._tokenizer
                tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
                tokenizer.initialized = True

    def words(self, text: str) -> list[str]:
        """Return *text* cut into words."""
        self._ready()
        return list(self._tokenizer.cut(text, HMM=False))

    def stands_alone(self, text: str, begin: int, end: int) -> bool:
        """Tell whether no ordinary word straddles either end of ``text[begin:end]``.

        A phrase of four Chinese characters and more stands for itself: no word is that long by chance.
        """
        if _PHRASE.fullmatch(text, begin, end) or not self._touches_han(text, begin, end):
            return True
        self._ready()
        if not self._straddled(text, begin) and not self._straddled(text, end):
            return True
        left = max(0, begin - _WINDOW)
        window = text[left : end + _WINDOW]
        edges = self._edges(window)
        return begin - left in edges and end - left in edges

    def _straddled(self, text: str, place: int) -> bool:
        """Tell whether any word of the dictionary could cover *place*: mostly none can, and cutting is slow."""
        known = self._tokenizer.FREQ
        starts = range(max(0, place - _REACH), place)
        ends = range(place + 1, min(len(text), place + _REACH) + 1)
        return any(known.get(text[start:end]) for start in starts for end in ends)

    def _touches_han(self, text: str, begin: int, end: int) -> bool:
        before, after = text[max(0, begin - 1) : begin], text[end : end + 1]
        return bool(_HAN.match(before) or _HAN.match(after))

    def _edges(self, window: str) -> set[int]:
        edges, place = {0}, 0
        for word in self.words(window):
            place += len(word)
            edges.add(place)
        return edges
