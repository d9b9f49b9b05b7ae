"""The lexicon: what it finds, what it must not find, and how it refuses damaged files."""

import logging
import tempfile
from pathlib import Path

import pytest

from classifiers.assessment import Evidence
from classifiers.errors import ArtifactError
from classifiers.labels import ILLEGAL, LABELS
from classifiers.lexicon import Lexicon
from classifiers.normalize import normalize


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.load()


def codes(lexicon: Lexicon, text: str) -> set[str]:
    return {hit.code.removeprefix("lexicon.") for hit in lexicon.match(normalize(text))}


def write(folder: Path, content: str, name: str = "cash_out.yaml") -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    return folder


class TestFinding:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("黑户可做，当天下款", "bad_credit_loan"),
            ("无视征信和负债", "bad_credit_loan"),
            ("个人空放，本地上门", "usury_loan"),
            ("714高炮秒下款", "usury_loan"),
            ("大学生可借，凭学生证", "campus_loan"),
            ("女生专属借款，裸照抵押", "coercive_loan"),
            ("花呗套现秒到账", "cash_out"),
            ("信用卡空卡代还", "cash_out"),
            ("包装流水，代做资料", "forged_documents"),
            ("征信修复，逾期铲单", "credit_repair"),
            ("招职业背债人", "straw_borrower"),
            ("强开花呗借呗", "quota_hack"),
            ("先交解冻费再放款", "advance_fee"),
            ("银保监协助注销贷款账户", "impersonation"),
            ("停息挂账，代理协商", "debt_evasion"),
            ("租机变现，手机回租", "disguised_loan"),
            ("口子群更新，贷超源码", "lending_agents"),
            ("专业要账，爆通讯录", "debt_collection"),
            ("信用贷抵押贷当天放款", "unlicensed_loan_ad"),
            ("不下款不收费", "approval_promise"),
            ("办贷款加微信abc_123", "contact_diversion"),
            ("贷款利率低至三厘", "price_bait"),
        ],
    )
    def test_each_file_speaks_for_its_offer(self, lexicon: Lexicon, text: str, code: str) -> None:
        assert code in codes(lexicon, text)

    @pytest.mark.parametrize("text", ["嘿户可做", "黑.户.可.做", "黑\u200b户可做", "⚫户可做", "黑戶可做", "heihu可做"])
    def test_a_disguised_term_is_found(self, lexicon: Lexicon, text: str) -> None:
        assert "bad_credit_loan" in codes(lexicon, text)

    def test_the_span_is_what_stands_in_the_original(self, lexicon: Lexicon) -> None:
        text = "老板，无/视/征/信，马上下"
        hit = lexicon.match(normalize(text))[0]
        assert (hit.term, hit.span.text) == ("无视征信", "无/视/征/信")
        assert text[hit.span.start : hit.span.end] == hit.span.text

    def test_the_longest_term_wins(self, lexicon: Lexicon) -> None:
        assert [hit.term for hit in lexicon.match(normalize("征信修复培训"))] == ["征信修复培训"]

    def test_evidence_explains_and_weighs_nothing(self, lexicon: Lexicon) -> None:
        hit = lexicon.match(normalize("花呗套现"))[0]
        assert isinstance(hit, Evidence)
        assert (hit.source, hit.label, hit.weight) == ("lexicon", "cash_out", 0.0)

    def test_a_weak_term_needs_a_cue(self, lexicon: Lexicon) -> None:
        assert codes(lexicon, "高炮部队演习") == set()
        assert "usury_loan" in codes(lexicon, "高炮秒放")


class TestNotFinding:
    @pytest.mark.parametrize(
        "text",
        [
            "货款已经结清",
            "大麻烦来了",
            "路口交通拥堵",
            "平安夜快乐",
            "招商会邀请函",
            "兴业路123号",
            "女装新款上架",
            "装修妹妹的房间",
            "陆家容老师",
            "请在路口子午线右转",
            "这个渠道的水很清",
            "他上岸考上公务员了",
            "衣服洗白白",
            "协商一致",
            "私信我要食谱",
            "进群领优惠券",
            "今天还花呗",
            "国家助学贷款开始申请",
            "免息分期买手机",
            "借我一支笔",
            "高射炮打蚊子",
            "不锈钢包装盒",
            "房屋过户流程",
        ],
    )
    def test_ordinary_words_do_not_fire(self, lexicon: Lexicon, text: str) -> None:
        assert codes(lexicon, text) == set()

    @pytest.mark.parametrize("text", ["", "abcstx", "714号公交", "\ud800", "1714高"])
    def test_fragments_and_odd_texts_do_not_fire(self, lexicon: Lexicon, text: str) -> None:
        assert codes(lexicon, text) == set()


class TestFiles:
    def test_every_illegal_label_has_terms_and_every_term_its_own_form(self, lexicon: Lexicon) -> None:
        assert {entry.label for entry in lexicon.entries} == ILLEGAL
        assert len(lexicon.entries) > 500
        changed = [entry.term for entry in lexicon.entries if normalize(entry.term).text != entry.term]
        assert changed == []
        assert {entry.label for entry in lexicon.entries} <= set(LABELS)

    def test_every_strong_phrase_is_found_when_it_stands_alone(self, lexicon: Lexicon) -> None:
        strong = [entry for entry in lexicon.entries if not entry.needs]
        missed = [e.term for e in strong if e.term not in {h.term for h in lexicon.match(normalize(e.term))}]
        assert missed == []

    def test_the_version_follows_the_content(self, tmp_path: Path) -> None:
        first = Lexicon.load(write(tmp_path, "label: cash_out\nterms: [套现]\n")).version
        same = Lexicon.load(write(tmp_path, "label: cash_out\nterms: [套现]\n")).version
        other = Lexicon.load(write(tmp_path, "label: cash_out\nterms: [套出来]\n")).version
        assert first == same != other
        assert len(first) == 12

    @pytest.mark.parametrize(
        ("content", "fault"),
        [
            ("label: [", "cannot be read"),
            ("- 套现", "must be a mapping"),
            ("label: cash_out", "list of `terms`"),
            ("label: nonsense\nterms: [套现]", "nonsense"),
            ("label: cash_out\nterms: [714]", "714"),
            ("label: cash_out\nterms: ['']", "must be a word"),
            ("label: cash_out\nterms: [TX]", "normalised form"),
            ("label: cash_out\nterms: [{word: 套现}]", "`term`"),
            ("label: cash_out\nterms: [{term: 套现, sterngth: weak}]", "sterngth"),
            ("label: cash_out\nterms: [{term: 套现, strength: medium}]", "strong or weak"),
            ("label: cash_out\nterms: [{term: 套现, strength: weak}]", "needs"),
            ("label: cash_out\nterms: [{term: 套现, needs: 秒到}]", "list of words"),
            ("label: cash_out\ncues: 秒到\nterms: [套现]", "list of words"),
            ("label: cash_out\nterms: [套现, 套现]", "twice"),
        ],
    )
    def test_a_damaged_file_is_refused_by_name(self, tmp_path: Path, content: str, fault: str) -> None:
        with pytest.raises(ArtifactError, match=fault) as refusal:
            Lexicon.load(write(tmp_path, content))
        assert "cash_out.yaml" in str(refusal.value)

    def test_an_empty_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ArtifactError, match="no term file"):
            Lexicon.load(tmp_path)


class TestSegmenter:
    def test_no_cache_file_and_no_log_line_are_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        with caplog.at_level(logging.DEBUG):
            assert Lexicon.load().match(normalize("他们在套现呢，秒到"))
        assert list(tmp_path.iterdir()) == []
        assert caplog.records == []
