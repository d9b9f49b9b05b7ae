"""docs/policy.md names every row, key and disclosure that there is, and the figures as they are shipped."""

from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from moderation.policy.config import Policy
from moderation.policy.decide import TABLE
from moderation.policy.document import REMARKS
from moderation.policy.wording import DISCLOSURES

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
LENDERS = (Path(__file__).parents[2] / "docs" / "lenders.md").read_text(encoding="utf-8")
KEYS = yaml.safe_load(files("moderation.policy").joinpath("default.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", [*(row.name for row in TABLE), *KEYS, *DISCLOSURES])
def test_it_is_documented(name):
    assert f"| `{name}` |" in PAGE


def test_rows_stand_in_the_order_in_which_they_are_tried():
    places = [PAGE.index(f"| `{row.name}` |") for row in TABLE]
    assert places == sorted(places)


def test_the_figures_are_those_shipped():
    policy = Policy.load()
    assert f"| `block_score` | {policy.block_score:.2f} |" in PAGE
    assert f"| `uncertain` | {policy.uncertain_from:.2f} to {policy.uncertain_to:.2f} |" in PAGE
    assert f"| `lending_ad_score` | {policy.lending_ad_score:.2f} |" in PAGE
    assert f"| `sample_rate` | {policy.sample_rate:.2f} |" in PAGE
    assert f"| `max_annual_rate` | {policy.max_annual_rate:g} |" in PAGE
    assert f"| `unable` | {policy.unable} |" in PAGE


@pytest.mark.parametrize("remark", REMARKS)
def test_a_remark_that_rules_may_ask_for_is_one_of_the_registrys(remark):
    assert f"`{remark}`" in LENDERS


def test_the_example_of_rules_is_one():
    example = next(block for block in PAGE.split("```yaml\n")[1:] if block.startswith("rules:")).split("```")[0]
    shipped = files("moderation.policy").joinpath("default.yaml").read_text(encoding="utf-8")
    assert len(Policy.parse(shipped.replace("rules: []\n", example)).rules) == 2
