"""The memory of assessments."""

from dataclasses import replace

import pytest

from classifiers import Assessment, Classifier
from classifiers.answers import Answers


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return Classifier.load(second="off").assess(["今天的晚霞真好看"])[0]


class TestAnswers:
    def test_what_was_put_is_given_and_nothing_else(self, assessment: Assessment) -> None:
        answers = Answers()
        answers.put("今天的晚霞真好看", assessment)
        assert answers.get("今天的晚霞真好看") is assessment
        assert answers.get("今天的晚霞真好看 ") is None

    def test_what_was_not_asked_for_the_longest_falls_out_first(self, assessment: Assessment) -> None:
        answers = Answers(capacity=7000)
        for text in ("一", "二", "三"):
            answers.put(text, assessment)
            answers.get("一")
        answers.put("四", assessment)
        assert answers.get("一") is assessment
        assert answers.get("二") is None

    def test_one_that_is_larger_than_everything_is_not_kept(self, assessment: Assessment) -> None:
        answers = Answers(capacity=5000)
        answers.put("短", assessment)
        answers.put("长", replace(assessment, normalized="长" * 2000))
        assert answers.get("长") is None
        assert answers.get("短") is assessment

    def test_texts_that_are_no_valid_unicode_are_kept_apart(self, assessment: Assessment) -> None:
        answers = Answers()
        answers.put("\ud800", assessment)
        assert answers.get("\ud801") is None
        assert answers.get("\ud800") is assessment


class TestClassifier:
    def test_a_repeated_text_is_read_once_and_answered_the_same(self) -> None:
        classifier = Classifier.load(second="off")
        first, again, other = classifier.assess(["黑户秒批", "黑户秒批", "今天下雨"])
        assert first is again
        assert classifier.assess(["今天下雨", "黑户秒批"]) == [other, first]
        assert classifier.assess(["黑户秒批"])[0] is first
