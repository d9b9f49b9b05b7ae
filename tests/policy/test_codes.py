"""Reason codes: each is explained in English, in the documentation and in the API's schema."""

from importlib.resources import files
from pathlib import Path

from classifiers.labels import LABELS, Group
from moderation.policy import codes, wording

PAGE = Path(__file__).parents[2] / "docs" / "reasons.md"


def test_every_code_that_has_words_has_a_meaning():
    promotions = {f"label.{key}" for key, label in LABELS.items() if label.group is not Group.BENIGN}
    told = wording.LENDER.keys() | wording.DISCLOSURES.keys() | wording.ADVICE.keys()
    assert promotions | told <= codes.meanings().keys()
    assert {code for code in codes.CODES if code.startswith(("lender.", "disclosure.", "advice."))} == told


def test_the_lexicon_gives_no_other_codes():
    sections = {
        each.name.removesuffix(".yaml") for each in files("classifiers.lexicon").iterdir() if ".yaml" in each.name
    }
    assert {f"lexicon.{section}" for section in sections} == {f"lexicon.{section}" for section in codes.PHRASES}


def test_the_page_is_the_one_that_the_program_writes():
    assert PAGE.read_text(encoding="utf-8") == codes.page()
