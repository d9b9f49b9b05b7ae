"""Remembers assessments: spam repeats itself, and the same text by the same model has the same answer."""

import hashlib
import threading

from cachetools import LRUCache

from classifiers.assessment import Assessment

CAPACITY = 16 * 2**20
"""Bytes that the kept assessments take, about."""

_OVERHEAD, _FINDING = 2000, 500
"""Bytes that an assessment takes beside its text, most of them its labels; and those of one evidence or contact."""


class Answers:
    """The least recently used fall out. One belongs to one loaded model, so its version need not be in the key."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._kept: LRUCache[bytes, Assessment] = LRUCache(capacity, getsizeof=_size)
        self._lock = threading.Lock()

    def get(self, text: str) -> Assessment | None:
        """Return the assessment of *text*, if it is remembered."""
        with self._lock:
            return self._kept.get(_key(text))

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def put(self, text: str, assessment: Assessment) -> None:
        """Remember the *assessment* of *text*, unless it alone is more than can be kept."""
        with self._lock:
            if _size(assessment) <= self._kept.maxsize:
                self._kept[_key(text)] = assessment


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _size(assessment: Assessment) -> int:
    """Return about how many bytes *assessment* takes; two for a character, as of Chinese ones."""
    spans = [each.span for each in assessment.evidence] + [each.span for each in assessment.contacts]
    return _OVERHEAD + 2 * len(assessment.normalized) + sum(_FINDING + 2 * len(span.text) for span in spans)
