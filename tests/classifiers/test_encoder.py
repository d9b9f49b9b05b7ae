"""The shipped encoder: loaded or refused, and the same text read the same."""

import hashlib
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from classifiers import ArtifactError, Classifier
from classifiers.artifact import SHIPPED
from classifiers.encoder import CARD, MODEL, PIECES, Encoder
from classifiers.surface import SEPARATOR, Surface

OFFER = "征信花了别灰心,花户当天也能下,私我发你渠道"
TALK = "征信花了还能办房贷吗,银行的人说要等两年"


def _surface(text: str) -> Surface:
    return Surface(text, tuple(range(len(text))))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder.load(SHIPPED)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for path in [*SHIPPED.glob("encoder.*"), *SHIPPED.glob("gate.*")]:
        shutil.copy(path, tmp_path)
    return tmp_path


class TestReading:
    def test_an_offer_is_more_illegal_than_talk_in_the_same_words(self, encoder: Encoder) -> None:
        assert encoder.read(_surface(OFFER)).illegal > encoder.read(_surface(TALK)).illegal

    def test_the_number_of_threads_and_what_was_read_before_change_nothing(self, encoder: Encoder) -> None:
        first = encoder.read(_surface(OFFER))
        encoder.read(_surface(TALK * 5))
        for other in (encoder.read(_surface(OFFER)), Encoder.load(SHIPPED, threads=2).read(_surface(OFFER))):
            assert other.illegal == pytest.approx(first.illegal, abs=1e-4)
            np.testing.assert_allclose(other.labels, first.labels, atol=1e-4)

    def test_threads_may_share_it(self, encoder: Encoder) -> None:
        expected = {text: encoder.read(_surface(text)).illegal for text in (OFFER, TALK)}
        found: list[tuple[str, float]] = []

        def read(text: str) -> None:
            found.extend((text, encoder.read(_surface(text)).illegal) for _ in range(20))

        readers = [threading.Thread(target=read, args=(text,)) for text in (OFFER, TALK, OFFER, TALK)]
        for reader in readers:
            reader.start()
        for reader in readers:
            reader.join()
        assert len(found) == 80
        assert all(margin == expected[text] for text, margin in found)

    def test_shares_lie_on_the_plain_reading_only(self, encoder: Encoder) -> None:
        places = tuple(range(5, 5 + len(OFFER)))
        shares = encoder.read(Surface(f"{OFFER}{SEPARATOR}{OFFER}", places)).shares
        assert shares is not None
        assert shares.size == places[-1] + 1
        assert not shares[:5].any()
        assert (shares[5:] != 0).mean() > 0.9

    @pytest.mark.parametrize("text", ["", " ", "\ufffd", "贷" * 5000, "\U0010ffff\ue0ff", "\x00"])
    def test_any_text_has_a_finite_answer(self, encoder: Encoder, text: str) -> None:
        found = encoder.read(_surface(text))
        assert np.isfinite(found.illegal)
        assert np.isfinite(found.labels).all()


class TestLoading:
    @pytest.mark.parametrize("name", [CARD, MODEL, PIECES])
    def test_a_missing_file_is_named(self, copied: Path, name: str) -> None:
        (copied / name).unlink()
        with pytest.raises(ArtifactError, match=name):
            Classifier.load(copied)

    @pytest.mark.parametrize("name", [MODEL, PIECES])
    def test_a_file_that_was_changed_is_refused(self, copied: Path, name: str) -> None:
        with (copied / name).open("ab") as file:
            file.write(b" ")
        with pytest.raises(ArtifactError, match="damaged"):
            Classifier.load(copied)

    @pytest.mark.parametrize("card", ["", "[]", "{}", '{"format": 1, "surface": 1, "labels": [], "files": {}}'])
    def test_a_card_that_is_none_is_refused(self, copied: Path, card: str) -> None:
        (copied / CARD).write_text(card, encoding="utf-8")
        with pytest.raises(ArtifactError, match="encoder"):
            Classifier.load(copied)

    @pytest.mark.parametrize("key", ["stack", "band", "thresholds"])
    def test_a_card_without_what_serving_needs_is_refused(self, copied: Path, key: str) -> None:
        card = json.loads((copied / CARD).read_text(encoding="utf-8"))
        del card[key]
        (copied / CARD).write_text(json.dumps(card), encoding="utf-8")
        with pytest.raises(ArtifactError, match="card"):
            Classifier.load(copied)

    def test_a_model_that_the_runtime_cannot_take_is_refused(self, copied: Path) -> None:
        (copied / MODEL).write_bytes(b"no model")
        card = json.loads((copied / CARD).read_text(encoding="utf-8"))
        card["files"][MODEL] = hashlib.sha256(b"no model").hexdigest()
        (copied / CARD).write_text(json.dumps(card), encoding="utf-8")
        with pytest.raises(ArtifactError, match="ONNX Runtime"):
            Classifier.load(copied)

    def test_weights_in_the_card_are_part_of_the_version(self, copied: Path) -> None:
        before = Classifier.load(copied).versions
        card = json.loads((copied / CARD).read_text(encoding="utf-8"))
        card["band"]["low"] /= 2
        (copied / CARD).write_text(json.dumps(card), encoding="utf-8")
        assert Classifier.load(copied).versions != before

    def test_the_gate_alone_needs_no_encoder(self, copied: Path) -> None:
        for path in copied.glob("encoder.*"):
            path.unlink()
        alone = Classifier.load(copied, second="off")
        assert alone.assess([OFFER])[0].stage == "gate"
        assert alone.versions != Classifier.load().versions


def test_serving_imports_no_torch() -> None:
    program = (
        "import sys; from classifiers import Classifier; Classifier.load().assess(['花呗能套现吗']);"
        "print(sorted({'torch', 'transformers', 'sklearn', 'scipy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_model_that_is_asked_for_but_cannot_be_loaded_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="no-such-model"):
        Classifier.load(second=str(tmp_path / "no-such-model"))
