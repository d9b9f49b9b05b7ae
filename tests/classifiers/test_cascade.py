"""The classifier as its callers see it: texts in, assessments out."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from classifiers import ArtifactError, Assessment, Classifier, Evidence, labels
from classifiers.gate import Opinion
from classifiers.passages import Reading
from classifiers.second import Ruling

BAIT = "黑户也能做，不看征信，当天下款，加微信 dk88996655 秒批"
TEXTS = (BAIT, "", "今天的晚霞真好看", "花呗额度什么时候恢复啊", "招聘外卖骑手，月入八千，包吃住", "老规矩" * 150)


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    return Classifier.load()


@pytest.fixture(scope="module")
def bait(classifier: Classifier) -> Assessment:
    return classifier.assess([BAIT])[0]


class TestAnswers:
    def test_nothing_in_nothing_out(self, classifier: Classifier) -> None:
        assert classifier.assess([]) == []

    def test_order_is_kept(self, classifier: Classifier) -> None:
        classifier.answers.clear()
        backwards = [each.score for each in classifier.assess(TEXTS[::-1])]
        classifier.answers.clear()
        assert backwards == pytest.approx([each.score for each in classifier.assess(TEXTS)][::-1], abs=1e-6)

    def test_what_stands_beside_a_text_does_not_matter(self, classifier: Classifier) -> None:
        classifier.answers.clear()
        together = classifier.assess(TEXTS)
        for text, assessment in zip(TEXTS, together, strict=True):
            classifier.answers.clear()
            alone = classifier.assess([text])[0]
            assert alone.score == pytest.approx(assessment.score, abs=1e-6)
            assert alone.labels == pytest.approx(assessment.labels, abs=1e-6)
            assert alone.evidence == assessment.evidence

    def test_labels_are_probabilities_over_the_whole_taxonomy(self, classifier: Classifier) -> None:
        for assessment in classifier.assess(TEXTS):
            assert tuple(assessment.labels) == labels.KEYS
            assert sum(assessment.labels.values()) == pytest.approx(1.0, abs=1e-6)
            assert all(0.0 <= share <= 1.0 for share in assessment.labels.values())

    def test_the_score_is_the_sum_of_the_illegal_labels(self, classifier: Classifier) -> None:
        for assessment in classifier.assess(TEXTS):
            illegal = sum(assessment.labels[key] for key in labels.ILLEGAL)
            assert assessment.score == pytest.approx(illegal, abs=1e-6)
            assert (assessment.label in labels.ILLEGAL) == (assessment.score >= 0.5)

    def test_an_empty_text_is_unremarkable(self, classifier: Classifier) -> None:
        assessment = classifier.assess([""])[0]
        assert assessment.score < 0.1
        assert assessment.evidence == ()
        assert assessment.contacts == ()
        assert assessment.disguise == 0.0

    def test_assessments_survive_json(self, bait: Assessment) -> None:
        assert json.loads(json.dumps(dict(bait.labels))) == pytest.approx(dict(bait.labels))

    def test_the_stage_and_the_versions_are_named(self, classifier: Classifier, bait: Assessment) -> None:
        assert bait.stage == "gate"
        assert bait.versions == classifier.versions
        assert bait.versions.model
        assert bait.versions.lexicon


class TestEvidence:
    def test_model_evidence_points_into_the_original(self, bait: Assessment) -> None:
        found = [each for each in bait.evidence if each.source == "model"]
        assert found
        for each in found:
            assert each.code == "model.ngram"
            assert each.label == bait.label
            assert each.weight > 0
            assert BAIT[each.span.start : each.span.end] == each.span.text != ""

    def test_it_is_ordered_by_weight_and_short(self, bait: Assessment) -> None:
        weights = [each.weight for each in bait.evidence]
        assert weights == sorted(weights, reverse=True)
        assert len([each for each in bait.evidence if each.source == "model"]) <= 5

    def test_spans_of_a_disguised_text_are_the_disguise(self, classifier: Classifier) -> None:
        text = "无/视/征/信，不/看/负/债，身份证一张就批，三千到五萬随你"
        assessment = classifier.assess([text])[0]
        assert assessment.disguise > 0
        for each in assessment.evidence:
            assert text[each.span.start : each.span.end] == each.span.text
        assert any("/" in each.span.text for each in assessment.evidence)

    def test_innocent_texts_get_no_model_evidence(self, classifier: Classifier) -> None:
        assert classifier.assess(["今天的晚霞真好看，明天想去爬山"])[0].evidence == ()


class TestHostileInput:
    @pytest.mark.parametrize(
        "text",
        [
            "\x00\x01\x02",
            "\ud800\udfff",
            "\U0010ffff" * 50,
            "\ue000\ue001\ue002\ue003",
            "\u200b" * 3000,
            "0" * 5000,
            "🐧➕V❤" * 200,
            " \n\t\u3000",
            "e\u0301" * 500,
            "\u202e贷款\u202c",
        ],
    )
    def test_any_string_is_answered(self, classifier: Classifier, text: str) -> None:
        assessment = classifier.assess([text])[0]
        assert 0.0 <= assessment.score <= 1.0
        for each in assessment.evidence:
            assert text[each.span.start : each.span.end] == each.span.text

    def test_a_long_text_is_answered_and_its_buried_offer_still_raises_the_score(self, classifier: Classifier) -> None:
        story = "那天早上下了一点小雨，我们沿着河边走了很久，谁也没有说话。" * 3500
        innocent, buried = classifier.assess([story, story[:50_000] + BAIT + story[50_000:]])
        assert len(story) > 100_000
        assert innocent.score < 0.5
        assert buried.score > innocent.score


class TestStance:
    """Pairs with the same words: an offer, and somebody who speaks of one."""

    @pytest.mark.parametrize(
        ("offer", "talk"),
        [
            (
                "黑户白户都能下款，征信花了不要紧，今天还剩三个名额，抓紧私我",
                "反诈提醒：声称黑户白户都能下款、征信花了不要紧的都是骗局，切勿相信",
            ),
            ("花呗套现秒到账，扫码付款，扣点低，需要的加我", "花呗套现会被抓吗？我同事好像干过，想问问大家"),
            ("专业征信修复，逾期记录包消除，不成功不收费，私信详谈", "央行：征信修复都是骗局，个人征信不能花钱洗白"),
            (
                "大学生分期贷，凭学生证即可办理，当天放款，校园代理招募中",
                "学校今天开了防范校园贷的主题班会，辅导员讲了好几个案例",
            ),
            ("诚招背债人，到手五十万起，包吃住，有意私聊", "法院判了：男子做职业背债人骗取银行贷款，获刑三年"),
        ],
    )
    def test_the_offer_scores_high_and_the_talk_low(self, classifier: Classifier, offer: str, talk: str) -> None:
        offered, talked = classifier.assess([offer, talk])
        assert offered.score > 0.8
        assert talked.score < 0.3
        assert offered.label in labels.ILLEGAL
        assert labels.group_of(talked.label) is labels.Group.BENIGN


class TestLoading:
    def test_a_folder_without_models_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ArtifactError):
            Classifier.load(tmp_path)

    def test_loading_twice_gives_the_same_classifier(self, classifier: Classifier, bait: Assessment) -> None:
        again = Classifier.load()
        assert again.versions == classifier.versions
        (other,) = again.assess([BAIT])
        assert other.labels == pytest.approx(bait.labels, abs=1e-9)
        assert [each.span for each in other.evidence] == [each.span for each in bait.evidence]


class _Reverser:
    """An encoder that sees everything the gate is not sure to be innocent and says the contrary."""

    version = "reverser"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def doubts(self, opinion: Opinion, found: Sequence[Evidence]) -> bool:
        return opinion.score > 0.5

    def judge(self, readings: Sequence[Reading], opinions: Sequence[Opinion]) -> list[Ruling]:
        self.seen += [reading.normalized.original for reading in readings]
        return [Ruling(Opinion(1.0 - opinion.score, opinion.labels), None) for opinion in opinions]


class TestSecondStage:
    def test_it_sees_only_what_the_gate_cannot_settle_and_has_the_last_word(self, classifier: Classifier) -> None:
        reverser = _Reverser()
        alone = Classifier.load(second="off")
        first, second = replace(alone, second=reverser).assess(["今天的晚霞真好看", BAIT])
        assert alone.assess([BAIT])[0].score > 0.5
        assert reverser.seen == [BAIT]
        assert (first.stage, second.stage) == ("gate", "encoder")
        assert second.score < 0.5
