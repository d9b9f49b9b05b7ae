"""The gate: what it reads of a text, what it answers, and which artifacts it refuses."""

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from classifiers import ArtifactError, features, labels
from classifiers.artifact import SHIPPED
from classifiers.calibration import Calibration, logistic, softmax
from classifiers.contacts import find_contacts
from classifiers.features import Featurizer, Passage
from classifiers.gate import Gate, Margins, joint_margins, opinions_of, with_windows
from classifiers.normalize import normalize
from classifiers.passages import LONG_TEXT, Reading, whole, windows

BITS = 16


@pytest.fixture(scope="module")
def gate() -> Gate:
    return Gate.load(SHIPPED)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    for name in ("gate.npz", "gate.card.json"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


def reading(text: str) -> Reading:
    normalized = normalize(text)
    return Reading(normalized, find_contacts(normalized))


def columns(text: str) -> list[int]:
    return [int(column) for column in features.present([Passage(text, "")], BITS)[1]]


class TestFeatures:
    def test_numbers_are_read_as_that_there_is_one(self) -> None:
        assert columns("借5000元") == columns("借80000元") == columns("借７元")

    def test_long_numbers_are_told_from_amounts(self) -> None:
        assert columns("找1234567") == columns("找12345678901") != columns("找123456")

    def test_case_width_and_spaces_do_not_matter(self) -> None:
        assert columns("加ＶＸ 详谈") == columns("加vx详谈")

    def test_the_order_of_characters_matters(self) -> None:
        assert columns("贷款") != columns("款贷")

    def test_the_two_wordings_are_kept_apart(self) -> None:
        _, normalized = features.present([Passage("贷款", "")], BITS)
        _, original = features.present([Passage("", "贷款")], BITS)
        assert set(normalized.tolist()) != set(original.tolist())

    def test_a_text_has_the_same_row_whatever_stands_beside_it(self) -> None:
        featurizer = Featurizer(BITS, np.ones(1 << BITS, dtype=np.float32))
        passages = [Passage(text, text) for text in ("黑户可贷", "", "今天天气不错", "a")]
        together = featurizer.matrix(passages)
        for index, passage in enumerate(passages):
            alone = featurizer.matrix([passage])
            row = slice(together.rows[index], together.rows[index + 1])
            assert np.array_equal(together.columns[row], alone.columns)
            assert np.array_equal(together.values[row], alone.values)

    def test_rows_have_unit_length(self) -> None:
        featurizer = Featurizer(BITS, np.full(1 << BITS, 3.0, dtype=np.float32))
        assert np.linalg.norm(featurizer.matrix([Passage("信用卡代还", "信用卡代还")]).values) == pytest.approx(1.0)

    def test_nothing_gives_no_rows(self) -> None:
        matrix = Featurizer(BITS, np.ones(1 << BITS, dtype=np.float32)).matrix([])
        assert matrix.rows.tolist() == [0]

    def test_lone_surrogates_and_characters_beyond_the_tables_are_read(self) -> None:
        assert columns("\ud800") != columns("\U000f0000")


class TestPassages:
    def test_contacts_are_masked_by_kind(self) -> None:
        one, other = (whole(reading(f"需要的加微信{handle}详谈")) for handle in ("abc123456", "zz99887766"))
        first, second = (features.present([passage], BITS)[1].tolist() for passage in (one, other))
        assert first == second

    def test_masking_moves_no_character(self) -> None:
        text = "要贷款加微信abc123456，电话16912345678"
        assert len(whole(reading(text)).normalized) == len(reading(text).normalized.text)

    def test_a_short_line_of_a_bank_is_no_private_contact(self) -> None:
        assert "contact.none" in whole(reading("如有疑问请拨打95588")).signals
        assert "contact.phone" in whole(reading("如有疑问请拨打16912345678")).signals

    def test_short_texts_have_no_windows_and_long_ones_are_covered_to_the_end(self) -> None:
        assert windows(reading("一" * LONG_TEXT)) == []
        long = "甲乙丙丁" * 100 + "尾"
        assert windows(reading(long))[0].normalized.startswith("甲乙")
        assert windows(reading(long))[-1].normalized.endswith("尾")

    def test_windows_of_a_huge_text_are_bounded(self) -> None:
        assert len(windows(reading("风和日丽" * 25_000))) <= 401


class TestMargins:
    def test_a_text_with_windows_takes_the_mean_with_its_worst_one(self) -> None:
        entire = Margins(np.array([0.0, 1.0]), np.zeros((2, 3)))
        inner = Margins(np.array([-1.0, 3.0]), np.array([[9.0, 9, 9], [2, 4, 6]]))
        joined = with_windows(entire, inner, np.array([1, 1]))
        assert joined.illegal.tolist() == [0.0, 2.0]
        assert joined.labels.tolist() == [[0, 0, 0], [1, 2, 3]]

    def test_the_label_head_speaks_for_or_against(self) -> None:
        shares = np.full((2, len(labels.KEYS)), 1e-3)
        shares[0, labels.KEYS.index("cash_out")] = shares[1, labels.KEYS.index("complaint")] = 0.9
        offer, complaint = joint_margins(np.zeros(2), shares)
        assert offer > 0 > complaint

    def test_calibration_rises_and_stays_within_bounds(self) -> None:
        curve = Calibration(np.array([-1.0, 0.0, 1.0]), np.array([-3.0, 0.0, 5.0]))
        scores = curve.probability(np.array([-99.0, -1.0, 0.0, 0.5, 1.0, 2.0, 99.0]))
        assert (np.diff(scores) >= 0).all()
        assert 0.0 <= scores.min() <= scores.max() <= 1.0
        assert scores[2] == pytest.approx(0.5)

    def test_extreme_margins_do_not_overflow(self) -> None:
        assert logistic(np.array([-1e9, 1e9])) == pytest.approx([0.0, 1.0], abs=1e-12)
        assert softmax(np.array([[1e9, 0.0]]))[0].tolist() == [1.0, 0.0]

    def test_illegal_labels_sum_to_the_score_and_all_to_one(self) -> None:
        shares = softmax(np.random.default_rng(1).normal(size=(20, len(labels.KEYS))) * 5)
        for opinion in opinions_of(np.linspace(0, 1, 20), shares):
            illegal = [key in labels.ILLEGAL for key in labels.KEYS]
            assert opinion.labels[illegal].sum() == pytest.approx(opinion.score, abs=1e-9)
            assert opinion.labels.sum() == pytest.approx(1.0, abs=1e-9)

    def test_the_main_label_is_on_the_likelier_side(self) -> None:
        shares = np.full((1, len(labels.KEYS)), 1e-3)
        shares[0, labels.KEYS.index("cash_out")] = 0.9
        shares /= shares.sum()
        assert opinions_of(np.array([0.9]), shares)[0].main_label == "cash_out"
        assert opinions_of(np.array([0.1]), shares)[0].main_label not in labels.ILLEGAL


class TestArtifact:
    def test_the_shipped_gate_loads_and_is_small(self, gate: Gate) -> None:
        assert (SHIPPED / "gate.npz").stat().st_size <= 5_000_000
        assert len(gate.version) == 64

    def test_the_card_says_what_it_was_made_from_and_how_good_it_is(self) -> None:
        card = json.loads((SHIPPED / "gate.card.json").read_text(encoding="utf-8"))
        assert {"data", "recipe", "thresholds", "calibration", "metrics", "limits", "training_command"} <= card.keys()
        assert all(row["texts"] and row["terms"] for row in card["data"])
        limits = card["thresholds"]
        assert 0 < limits["review_from"] <= limits["block"] <= limits["review_to"] <= 1

    def test_a_missing_model_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ArtifactError, match=r"gate\.card\.json can't be read"):
            Gate.load(tmp_path)

    def test_a_changed_byte_is_refused(self, copied: Path) -> None:
        content = bytearray((copied / "gate.npz").read_bytes())
        content[len(content) // 2] ^= 1
        (copied / "gate.npz").write_bytes(bytes(content))
        with pytest.raises(ArtifactError, match="SHA-256"):
            Gate.load(copied)

    def test_a_card_of_another_format_is_refused(self, copied: Path) -> None:
        rewrite_card(copied, format=99)
        with pytest.raises(ArtifactError, match="format 99"):
            Gate.load(copied)

    def test_a_card_that_is_not_json_is_refused(self, copied: Path) -> None:
        (copied / "gate.card.json").write_text("{", encoding="utf-8")
        with pytest.raises(ArtifactError, match="not JSON"):
            Gate.load(copied)

    @pytest.mark.parametrize("content", [b"", b"not a zip archive", b"PK\x03\x04 broken"])
    def test_a_file_that_is_no_archive_is_refused_even_with_the_right_hash(self, copied: Path, content: bytes) -> None:
        replace_model(copied, content)
        with pytest.raises(ArtifactError, match="no archive of arrays"):
            Gate.load(copied)

    def test_pickled_objects_are_never_loaded(self, copied: Path) -> None:
        np.savez(copied / "gate.npz", features=np.array([{"a": 1}], dtype=object))
        replace_model(copied, (copied / "gate.npz").read_bytes())
        with pytest.raises(ArtifactError):
            Gate.load(copied)

    def test_an_archive_of_something_else_is_refused(self, copied: Path) -> None:
        np.savez(copied / "gate.npz", other=np.zeros(3))
        replace_model(copied, (copied / "gate.npz").read_bytes())
        with pytest.raises(ArtifactError, match="lacks what a gate is made of"):
            Gate.load(copied)

    def test_a_gate_for_another_taxonomy_is_refused(self, copied: Path) -> None:
        with np.load(copied / "gate.npz") as archive:
            arrays = {name: archive[name] for name in archive.files} | {"keys": np.array(["a", "b"])}
        np.savez(copied / "gate.npz", **arrays)
        replace_model(copied, (copied / "gate.npz").read_bytes())
        with pytest.raises(ArtifactError, match="another taxonomy"):
            Gate.load(copied)


def rewrite_card(folder: Path, **changes: object) -> None:
    path = folder / "gate.card.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changes), encoding="utf-8")


def replace_model(folder: Path, content: bytes) -> None:
    """Put *content* in place of the model and make the card vouch for it."""
    (folder / "gate.npz").write_bytes(content)
    rewrite_card(folder, sha256=hashlib.sha256(content).hexdigest())
