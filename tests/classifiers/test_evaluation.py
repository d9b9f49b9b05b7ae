"""The numbers of the model card."""

import csv
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from classifiers import Classifier, labels
from classifiers.evaluation import page
from classifiers.evaluation.faithfulness import Deletion, by_deletion
from classifiers.evaluation.held import Held
from classifiers.evaluation.measures import Share, expected_calibration_error, quality, reliability
from classifiers.evaluation.systems import Judgement, Systems
from classifiers.evaluation.tables import Table, tables
from classifiers.evaluation.view import CASCADE, View
from classifiers.training import markdown
from classifiers.training.samples import Sample


class TestShare:
    @pytest.mark.parametrize(
        ("hits", "of", "low", "high"),
        # Brown, Cai and DasGupta 2001 and textbook values of Wilson's interval.
        [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (1, 100, 0.0018, 0.0545)],
    )
    def test_wilsons_interval(self, hits: int, of: int, low: float, high: float) -> None:
        assert Share(hits, of).interval == pytest.approx((low, high), abs=1e-4)

    def test_of_nothing_everything_is_possible(self) -> None:
        assert Share(0, 0).interval == (0.0, 1.0)
        assert np.isnan(Share(0, 0).value)

    def test_it_holds_the_truth_nineteen_times_in_twenty(self) -> None:
        hits = np.random.default_rng(1).binomial(200, 0.03, 4000)
        inside = [low <= 0.03 <= high for low, high in (Share(int(hit), 200).interval for hit in hits)]
        assert np.mean(inside) > 0.93


class TestQuality:
    def test_counts_become_precision_recall_and_f1(self) -> None:
        given = np.array([True] * 40 + [False] * 60)
        true = np.array([True] * 30 + [False] * 10 + [True] * 20 + [False] * 40)
        found = quality(given, true)
        assert found.texts == 50
        assert found.precision[0] == pytest.approx(30 / 40)
        assert found.recall[0] == pytest.approx(30 / 50)
        assert found.f1[0] == pytest.approx(60 / 90)

    def test_the_interval_holds_the_value_and_narrows_with_texts(self) -> None:
        given = np.array([True, False, True, True] * 25)
        true = np.array([True, False, False, True] * 25)
        narrow, wide = quality(np.tile(given, 20), np.tile(true, 20)).recall, quality(given, true).precision
        assert wide[1] < wide[0] < wide[2]
        assert narrow[2] - narrow[1] < wide[2] - wide[1]

    def test_a_label_nobody_gave_has_no_precision(self) -> None:
        found = quality(np.zeros(10, dtype=bool), np.array([True] + [False] * 9))
        assert np.isnan(found.precision).all()
        assert found.recall[0] == found.f1[0] == 0.0


class TestCalibration:
    def test_honest_scores_have_no_error(self) -> None:
        score = np.repeat([0.25, 0.75], 400)
        illegal = np.tile([True, False, False, False], 100).tolist() + np.tile([True, True, True, False], 100).tolist()
        assert expected_calibration_error(score, np.array(illegal)) == pytest.approx(0.0)

    def test_overconfident_ones_have_theirs(self) -> None:
        score = np.full(100, 0.9)
        illegal = np.array([True] * 60 + [False] * 40)
        assert expected_calibration_error(score, illegal) == pytest.approx(0.3)

    def test_scores_of_one_belong_to_the_last_bin(self) -> None:
        (found,) = reliability(np.array([0.95, 1.0]), np.array([True, True]))
        assert found.texts == 2


def _held() -> Held:
    """Two authors and two real sets; the cascade blocks what scores .8 and more."""
    rows = [
        # text, label, part, authored, evasions, plain, cascade, gate
        ("黑户当天下", "bad_credit_loan", "part1", True, (), "", 0.95, 0.9),
        ("嘿户当天下", "bad_credit_loan", "part1", True, ("homophone",), "黑户当天下", 0.70, 0.9),
        ("套现找我", "cash_out", "part2", True, (), "", 0.85, 0.4),
        ("今天下雨", "unrelated", "part1", True, (), "", 0.10, 0.1),
        ("别信黑户贷", "news_education", "part2", True, (), "", 0.90, 0.2),
        ("招联好期贷", "licensed_ad", "part2", True, (), "", 0.20, 0.1),
        ("花呗套现秒到", "cash_out", "weibo", False, (), "", 0.99, 0.9),
        ("晚安" * 120, "unrelated", "forum", False, (), "", 0.01, 0.1),
        ("早安", "unrelated", "forum", False, (), "", 0.81, 0.1),
    ]
    samples = [
        Sample(
            text,
            label,
            part,
            authored,
            None if label == "licensed_ad" else label in labels.ILLEGAL,
            evasions,
            (),
            plain,
        )
        for text, label, part, authored, evasions, plain, *_ in rows
    ]
    named = np.array([row[1] for row in rows])
    cascade, gate = (np.array([row[place] for row in rows]) for place in (6, 7))
    judged = {
        "lexicon": Judgement(gate),
        "gate": Judgement(gate, named),
        "encoder": Judgement(cascade, named),
        "gate and encoder on every text": Judgement(cascade, named),
        CASCADE: Judgement(cascade, named),
    }
    asked = np.array([True] * 5 + [False] * 4)
    deletion = Deletion(np.array([3.0, 2.0]), np.array([1.0, 2.5]))
    return Held(samples, Systems(judged, asked), {"block": 0.8}, {1: 0.95}, deletion)


@pytest.fixture(scope="module")
def found() -> dict[str, Table]:
    return {table.name: table for table in tables(_held())}


class TestTables:
    def test_recall_of_plain_and_evasive_texts_and_false_blocks_are_told_apart(self, found: dict[str, Table]) -> None:
        assert [str(cell) for cell in found["authors"].rows[-1]] == [
            "all", "2", "100.0", "34.2–100.0", "1", "0.0", "0.0–79.3", "2", "50.0", "9.5–90.5",
        ]  # fmt: skip

    def test_real_false_blocks_are_counted_per_ten_thousand(self, found: dict[str, Table]) -> None:
        rows = {str(row[0]): [str(cell) for cell in row[1:3]] for row in found["sources"].rows}
        assert rows["forum"] == ["2", "5000.0"]
        assert rows["weibo"] == ["0", ""]

    def test_a_disguised_text_stands_beside_its_meaning(self, found: dict[str, Table]) -> None:
        assert [str(cell) for cell in found["plain"].rows[0]] == ["illegal", "1", "0.0", "100.0"]

    def test_evidence_is_compared_with_other_words(self, found: dict[str, Table]) -> None:
        assert [str(cell) for cell in found["evidence"].rows[0][:4]] == ["the evidence", "2", "2.50", "50.0"]

    def test_every_row_has_a_cell_for_every_head(self, found: dict[str, Table]) -> None:
        for table in found.values():
            assert table.rows, table.name
            for row in table.rows:
                assert len(row) == len(table.heads), table.name

    def test_the_page_keeps_what_was_written_by_hand_and_quotes_nobody(self, tmp_path: Path) -> None:
        card = tmp_path / "model-card.md"
        card.write_text(f"# Card\n\nby hand\n\n{markdown.BEGIN}\nstale\n{markdown.END}\n\nafter\n", encoding="utf-8")
        held = _held()
        page.write(tables(held), View.of(held), card, tmp_path / "model-card")
        text = card.read_text(encoding="utf-8")
        assert "by hand" in text
        assert text.endswith("after\n")
        assert "stale" not in text
        assert not any(sample.text in text for sample in held.samples)
        with (tmp_path / "model-card" / "authors.csv").open(encoding="utf-8") as file:
            assert len(list(csv.reader(file))) == 1 + 3
        ElementTree.parse(tmp_path / "model-card" / page.PLOT)  # We wrote it.

    def test_a_page_whose_end_mark_is_gone_is_left_alone(self) -> None:
        with pytest.raises(ValueError, match="end of generated"):
            markdown.replaced(f"before {markdown.BEGIN} by hand", "tables")


class TestDeletion:
    def test_what_decides_weighs_more_than_other_words(self) -> None:
        texts = [
            "黑户也能做，今天还剩三个名额，想知道的翻我主页第一个视频，看完再来问",
            "专业套现秒到账，加我，今天店里新到了一批春茶，附近的朋友有空都可以过来坐坐，喝一杯再走也不迟",
        ]
        found = by_deletion(Classifier.load(second="off"), texts, block=0.5)
        assert found.evidence.size == 2
        assert (found.evidence > found.others).all()
        assert found.wins == 2

    def test_texts_that_are_not_blocked_are_passed_over(self) -> None:
        assert by_deletion(Classifier.load(second="off"), ["今天的晚霞真好看"], block=0.5).evidence.size == 0
