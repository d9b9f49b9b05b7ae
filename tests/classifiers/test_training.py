"""Training: which rows teach what, that near-duplicates stay together, and that what ships is what was fitted."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pytest

from classifiers import Classifier, labels
from classifiers.calibration import Calibration
from classifiers.contacts import find_contacts
from classifiers.gate import Gate
from classifiers.normalize import normalize
from classifiers.passages import Reading
from classifiers.training import duplicates, folds, markdown, measures, packing, samples, study, thresholds
from classifiers.training.__main__ import CORPUS, main
from classifiers.training.calibrating import LOUDNESS, Calibrated
from classifiers.training.fitting import Recipe, fit
from classifiers.training.measures import Judged
from classifiers.training.samples import Sample

OFFERS = {
    "bad_credit_loan": "黑户白户都能下款，不看征信，{}额度随便批，私信我办理",
    "cash_out": "花呗白条套现秒到账，{}起步，扫码付款马上回款，加我",
    "unlicensed_loan_ad": "急用钱找我，{}信用贷款当天放款，全市上门，电话联系",
}
TALK = {
    "unrelated": "今天去{}爬山看日出，风景很好，晚上吃了火锅",
    "question_talk": "请问大家{}的房贷利率现在是多少，提前还划算吗",
    "news_education": "警方提示：{}多人被贷款诈骗，凡是先交费的都是骗子",
}
PLACES = ("杭州", "成都", "沈阳", "西安", "南宁", "兰州", "福州", "大连", "太原", "合肥")


def row(text: str, label: str, **others: object) -> dict[str, object]:
    return {"text": text, "label": label, "channel": "any", "evasion": [], **others}


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in rows), encoding="utf-8")


def said(text: str, habit: str, turn: int) -> str:
    """Put *text* as one author would: the clauses in another order, a habit of speech between them."""
    clauses = text.split("，")
    return f"，{habit}，".join(clauses[turn % len(clauses) :] + clauses[: turn % len(clauses)])


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three authors, each with a habit of speech, and a handful of real texts."""
    folder = tmp_path_factory.mktemp("data")
    for number, habit in enumerate(("哈哈哈我跟你说", "各位群友早上好", "讲真的不骗人哦"), start=1):
        texts = [
            row(said(form.format(place), habit, number), label)
            for place in PLACES
            for label, form in {**OFFERS, **TALK}.items()
        ]
        write(folder / "authored" / f"part{number}.jsonl", texts)
    real = [{"text": f"{place}今天天气真不错", "label": "unrelated", "source": "s", "set": "weibo"} for place in PLACES]
    write(folder / "real" / "general.jsonl", real)
    return folder


@pytest.fixture(scope="module")
def prepared(corpus: Path) -> folds.Prepared:
    return study.prepare(corpus, lambda message: None)


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("artifacts")
    assert main(["gate", str(corpus), "--out", str(out)]) == 0
    return out


class TestRows:
    def one(self, tmp_path: Path, name: str, **fields: object) -> list[Sample]:
        write(tmp_path / "authored" / "part1.jsonl", [row("甲", "unrelated")])
        write(tmp_path / name, [fields])
        return [sample for sample in samples.load(tmp_path) if sample.text != "甲"]

    def test_unlicensed_ads_and_illicit_texts_are_positives(self, tmp_path: Path) -> None:
        assert self.one(tmp_path, "authored/part2.jsonl", **row("乙", "unlicensed_loan_ad"))[0].illegal is True

    def test_licensed_ads_are_neither(self, tmp_path: Path) -> None:
        assert self.one(tmp_path, "authored/part2.jsonl", **row("乙", "licensed_ad"))[0].illegal is None

    @pytest.mark.parametrize(("given", "meant"), [("other_illicit", "unrelated"), ("app_description", "other_ad")])
    def test_labels_of_real_sets_are_mapped_and_benign(self, tmp_path: Path, given: str, meant: str) -> None:
        sample = self.one(tmp_path, "real/r.jsonl", text="乙", label=given, set="s")[0]
        assert (sample.label, sample.illegal, sample.authored) == (meant, False, False)

    @pytest.mark.parametrize("label", sorted(samples.UNDECIDABLE))
    def test_real_texts_that_hang_on_a_licence_teach_nothing(self, tmp_path: Path, label: str) -> None:
        assert self.one(tmp_path, "real/r.jsonl", text="乙", label=label, set="s") == []

    def test_publisher_rows_wrong_only_by_their_link_teach_nothing(self, tmp_path: Path) -> None:
        link = row("乙", "impersonation", why="look-alike domain of a real bank")
        assert self.one(tmp_path, "authored/publisher.jsonl", **link) == []
        text = row("乙", "unlicensed_loan_ad", why="a broker, no lender named")
        assert self.one(tmp_path, "authored/publisher.jsonl", **text)[0].illegal is True

    def test_placeholder_tokens_of_one_set_are_written_out(self, tmp_path: Path) -> None:
        sample = self.one(
            tmp_path, "real/r.jsonl", text="贷DIGIT万找NAME电CELLPHONE", label="unrelated", set="fbs_sms"
        )[0]
        assert sample.text == "贷8万找电16900000000"

    def test_a_folder_without_authored_texts_is_an_error(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(FileNotFoundError):
            samples.load(tmp_path)
        assert main(["gate", str(tmp_path)]) == 2
        assert "holds no .jsonl file" in capsys.readouterr().err

    def test_the_shipped_corpus_has_every_label_and_only_known_ones(self) -> None:
        found = {sample.label for sample in samples.load(CORPUS)}
        assert found == set(labels.KEYS)


class TestNearDuplicates:
    def test_copies_with_another_number_share_a_group(self) -> None:
        one, other, third = duplicates.groups(
            [
                "急用钱找我，信用贷款当天放款，最高30万，全市上门",
                "急用钱找我，信用贷款当天放款，最高50万，全市上门",
                "今天去爬山看日出，风景很好很好",
            ]
        )
        assert one == other != third

    def test_short_and_empty_texts_have_groups_too(self) -> None:
        groups = duplicates.groups(["", "", "贷", "款", "贷"])
        assert groups[0] == groups[1]
        assert groups[2] == groups[4] != groups[3]
        assert duplicates.groups([]).size == 0


class TestFolds:
    def test_an_author_is_a_fold_and_real_twins_stay_together(self, prepared: folds.Prepared) -> None:
        assigned = folds.assign(prepared.samples, prepared.groups)
        for part in ("part1", "part2", "part3"):
            own = [fold for fold, sample in zip(assigned, prepared.samples, strict=True) if sample.part == part]
            assert len(set(own)) == 1
        for group in np.unique(prepared.groups):
            real = [i for i in np.flatnonzero(prepared.groups == group).tolist() if not prepared.samples[i].authored]
            assert len(set(assigned[real].tolist())) <= 1

    def test_no_gate_has_seen_what_it_judges(self, prepared: folds.Prepared, monkeypatch: pytest.MonkeyPatch) -> None:
        taught: list[set[int]] = []

        def watched(ngrams: object, rows: object, chosen: np.ndarray, recipe: Recipe) -> object:
            taught.append(set(chosen.tolist()))
            return fit(prepared.ngrams, prepared.samples, chosen, recipe)

        monkeypatch.setattr(folds, "fit", watched)
        assigned = folds.assign(prepared.samples, prepared.groups)
        folds.out_of_fold(prepared, assigned, Recipe(), lambda message: None)
        for fold, seen in enumerate(taught):
            held = set(np.flatnonzero(assigned == fold).tolist())
            assert not {int(prepared.groups[i]) for i in held} & {int(prepared.groups[i]) for i in seen}


class TestTheRun:
    def test_the_artifact_answers_as_the_fit_did(self, prepared: folds.Prepared, trained: Path) -> None:
        everything = np.arange(len(prepared.samples))
        fitted = fit(prepared.ngrams, prepared.samples, everything, Recipe())
        expected = folds.margins(fitted, prepared.ngrams, everything)
        normalized = [normalize(sample.text) for sample in prepared.samples]
        served = Gate.load(trained).margins([Reading(each, find_contacts(each)) for each in normalized])
        assert served.illegal == pytest.approx(expected.illegal * LOUDNESS, abs=1e-4)
        assert served.labels.argmax(axis=1).tolist() == expected.labels.argmax(axis=1).tolist()

    def test_the_same_data_give_the_same_bytes(self, corpus: Path, trained: Path, tmp_path: Path) -> None:
        assert main(["gate", str(corpus), "--out", str(tmp_path)]) == 0
        for name in ("gate.npz", "gate.card.json"):
            assert (tmp_path / name).read_bytes() == (trained / name).read_bytes()

    def test_a_classifier_runs_on_it_and_tells_the_two_apart(self, trained: Path) -> None:
        offer, talk = Classifier.load(trained, second="off").assess(
            [OFFERS["cash_out"].format("武汉"), TALK["unrelated"].format("武汉")]
        )
        assert offer.score > 0.5 > talk.score
        assert offer.label == "cash_out"

    def test_the_report_replaces_only_its_own_part(self, corpus: Path, tmp_path: Path) -> None:
        page = tmp_path / "gate.md"
        page.write_text(
            f"# Gate\n\nby hand\n\n{markdown.BEGIN}\nstale figures\n{markdown.END}\n\nafter\n", encoding="utf-8"
        )
        assert main(["evaluate", str(corpus), "--leave-one-author-out", "--markdown", str(page)]) == 0
        text = page.read_text(encoding="utf-8")
        assert text.startswith("# Gate\n\nby hand\n")
        assert text.endswith(f"{markdown.END}\n\nafter\n")
        assert "stale figures" not in text
        assert "## Unseen authors, part by part" in text
        assert not any(place in text for place in PLACES)

    def test_help_says_what_the_data_must_look_like(self, capsys: pytest.CaptureFixture[str]) -> None:
        with pytest.raises(SystemExit) as stopped:
            main(["gate", "--help"])
        assert stopped.value.code == 0
        assert "authored/*.jsonl" in capsys.readouterr().out


class TestMeasures:
    def judged(self, score: list[float], illegal: list[int]) -> Judged:
        count = len(score)
        kinds = np.array(["cash_out" if each == 1 else "unrelated" for each in illegal])
        flags = np.ones(count, dtype=np.bool_)
        return Judged(np.array(score), kinds, kinds, np.array(illegal, dtype=np.int8), flags, kinds, ~flags)

    def test_at_most_the_given_share_lies_above_a_threshold(self) -> None:
        negatives = np.arange(1000) / 1000
        assert (negatives > measures.threshold(negatives, 0.01)).mean() <= 0.01

    def test_recall_is_measured_at_false_block_rates(self) -> None:
        summary = measures.summarize(self.judged([0.9, 0.8, 0.1, 0.2, 0.3], [1, 1, 1, 0, 0]))
        assert list(summary.recall) == pytest.approx([2 / 3] * 3)
        assert (summary.positives, summary.negatives) == (3, 2)

    def test_recommended_thresholds_are_in_order(self) -> None:
        limits = thresholds.recommend(self.judged((np.arange(2000) / 2000).tolist(), [0, 1] * 1000))
        assert limits["review_from"] < limits["block"] < limits["review_to"]

    def test_shipped_heads_carry_the_factors_of_the_calibration(self, prepared: folds.Prepared) -> None:
        heads = fit(prepared.ngrams, prepared.samples, np.arange(len(prepared.samples)), Recipe()).heads
        shipped = Calibrated(Calibration(np.zeros(2), np.zeros(2)), sharpness=2.0, loudness=3.0).heads(heads)
        assert shipped.label_scales.tolist() == (heads.label_scales * 2).tolist()
        assert shipped.illegal_scale == pytest.approx(heads.illegal_scale * 3)

    def test_packing_is_deterministic(self, prepared: folds.Prepared) -> None:
        fitted = fit(prepared.ngrams, prepared.samples, np.arange(len(prepared.samples)), Recipe())
        curve = Calibrated(study.study(prepared, Recipe(), lambda message: None).calibrated.curve, 1.0).curve
        assert packing.pack(fitted.idf, fitted.heads, curve) == packing.pack(fitted.idf, fitted.heads, curve)


class TestTheCard:
    def test_only_authored_texts_are_called_ours(self, trained: Path) -> None:
        card = json.loads((trained / "gate.card.json").read_text(encoding="utf-8"))
        terms = {each["set"]: each["terms"] for each in card["data"]}
        assert "written for this project" in terms["part1"]
        assert terms["weibo"] == "not recorded"
