"""Strangers write what moderators read: it is shown, and does nothing."""

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from moderation.db import Database
from moderation.review.exhibit import Piece, excerpt, inert, pieces
from tests.support.desk import Desk, add_case

PROBES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' autofocus onfocus=alert(1) x='",
    "</textarea></div></main><form action=//evil.example><button>登录</button></form>",
    "{{ 7*7 }}{% raw %}",
    "javascript:alert(1)",
    "<style>*{display:none}</style><meta http-equiv=refresh content=0;url=//evil.example>",
    "<!-- <base href=//evil.example> -->",
]


class _Page(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if name in {"href", "src", "action", "formaction"}:
                self.targets.append(value or "")


def _read(page: str) -> _Page:
    reader = _Page()
    reader.feed(page)
    return reader


def _case(db: Database, probe: str) -> int:
    answer: dict[str, Any] = {
        "reasons": [
            {
                "code": "x",
                "source": "lexicon",
                "message": probe,
                "spans": [{"start": 0, "end": 5, "text": probe[:5]}],
                "basis": [probe],
            }
        ],
        "lender": {"claimed": probe, "matched": probe, "standing": probe},
    }
    publisher = {"id": probe, "name": probe, "licence_no": probe, "domain": probe}
    return add_case(db, probe, title=probe, links=[probe], landing_url=probe, publisher=publisher, answer=answer)


@pytest.mark.parametrize("probe", PROBES)
def test_markup_is_shown_as_text(moderator: Desk, db: Database, probe: str) -> None:
    case = _case(db, probe)
    for path in ("/review", f"/review/cases/{case}"):
        moderator.get(path)
        page = _read(moderator.page)
        assert not {"script", "svg", "img", "style", "base", "iframe", "object"} & set(page.tags)
        assert page.tags.count("meta") == 4
        assert not [name for name in page.attributes if name.startswith("on") or name == "style"]
        assert all(target.startswith(("/review", "/static/", "#")) for target in page.targets)


@pytest.mark.parametrize("probe", PROBES)
def test_names_and_notes_are_shown_as_text(moderator: Desk, db: Database, probe: str) -> None:
    case = add_case(db)
    moderator.open_case(case)
    moderator.decide(case, note=probe)
    page = _read(moderator.open_case(case))
    assert not {"script", "svg", "img", "style", "base"} & set(page.tags)
    assert not [name for name in page.attributes if name.startswith("on")]


def test_a_colleagues_name_is_shown_as_text(seat: Callable[..., Desk], db: Database) -> None:
    case = add_case(db)
    desk = seat("<img src=x onerror=alert(1)>")
    desk.open_case(case)
    desk.decide(case)
    page = _read(desk.open_case(case))
    assert "img" not in page.tags
    assert "&lt;img src=x onerror=alert(1)&gt; 处理" in desk.page


def test_names_from_the_log_in_form_are_not_echoed_as_markup(outsider: Desk) -> None:
    outsider.get("/review/login")
    outsider.post("/review/login", name=PROBES[0], password="x", next='"><script>alert(1)</script>')
    assert "<script" not in outsider.page


@pytest.mark.parametrize(("name", "password"), [("a\x00b", "x"), ("\ud7ff" * 100_000, "x"), ("a", "\x00" * 100_000)])
def test_no_name_or_password_breaks_the_log_in(outsider: Desk, name: str, password: str) -> None:
    assert outsider.log_in(name, password).status_code == 401


def test_characters_that_hide_or_reorder_are_named(moderator: Desk, db: Database) -> None:
    case = add_case(db, "贷\u200b款\u202egnp.exe\u0000\u2066x", title="标\u202e题")
    page = moderator.open_case(case)
    for character in "\u200b\u202e\u0000\u2066":
        assert character not in page
    for name in ("U+200B", "U+202E", "U+0000", "U+2066"):
        assert name in page
    moderator.get("/review")
    assert "\u202e" not in moderator.page


def test_lone_surrogates_do_not_break_the_page(moderator: Desk, db: Database) -> None:
    case = _case(db, "放\ud83d款")
    moderator.get("/review")
    assert "U+D83D" in moderator.open_case(case)


def test_a_hundred_thousand_characters_are_shown_whole(moderator: Desk, db: Database) -> None:
    case = add_case(db, "贷款" * 49_999 + "结尾")
    response = moderator.get(f"/review/cases/{case}")
    assert response.status_code == 200
    assert "结尾" in moderator.page
    moderator.get("/review")
    assert len(moderator.page) < 20_000


def test_a_hundred_thousand_hidden_characters_stay_a_page(moderator: Desk, db: Database) -> None:
    case = add_case(db, "\u200b\u200c" * 50_000)
    assert moderator.get(f"/review/cases/{case}").status_code == 200
    assert len(moderator.page) < 10_000_000


def test_an_item_without_text_is_shown(moderator: Desk, db: Database) -> None:
    case = add_case(db, "", landing_url="http://loan.example")
    assert "http://loan.example" in moderator.open_case(case)
    moderator.get("/review")
    assert "http://loan.example" in moderator.page


@pytest.mark.parametrize(
    ("spans", "marked"),
    [
        ([], []),
        ([(0, 2)], ["ab"]),
        ([(1, 3), (2, 5)], ["bc", "de"]),
        ([(0, 6), (1, 2)], ["abcdef"]),
        ([(4, 99)], ["ef"]),
        ([(-3, 1)], ["a"]),
        ([(3, 3), (5, 2), (70, 90)], []),
        ([(2, 4), (0, 2)], ["ab", "cd"]),
    ],
)
def test_evidence_is_marked_and_nothing_is_lost(spans: list[tuple[int, int]], marked: list[str]) -> None:
    parts = pieces("abcdef", spans)
    assert [part.text for part in parts if part.marked] == marked
    assert "".join(part.text for part in parts) == "abcdef"


def test_offsets_count_code_points_as_the_classifier_does() -> None:
    assert pieces("😀𠀀贷款!", [(2, 4)]) == [Piece("😀𠀀"), Piece("贷款", marked=True), Piece("!")]


def test_hidden_characters_inside_evidence_stay_marked() -> None:
    assert pieces("a\u200bb", [(0, 3)]) == [
        Piece("a", marked=True),
        Piece("U+200B", marked=True, hidden=True, title="ZERO WIDTH SPACE"),
        Piece("b", marked=True),
    ]


@pytest.mark.parametrize("text", ["👨‍👩‍👧", "❤️‍🔥", "行一\n行二\t三"])
def test_ordinary_spelling_is_left_alone(text: str) -> None:
    assert pieces(text) == [Piece(text)]
    assert inert(text) == text


def test_an_excerpt_is_one_short_line_without_hidden_characters() -> None:
    assert excerpt("  一\n二\u202e三 ", 10) == "一 二三"
    assert excerpt("字" * 50, 10) == "字" * 10 + "…"
    assert excerpt("", 10) == ""
