"""The policy file: shipped figures, checked keys, and a version that changes with every one of them."""

from dataclasses import fields, replace
from importlib.resources import files

import pytest
import yaml

from moderation.errors import DaidunError
from moderation.lenders.standing import Standing
from moderation.policy import config
from moderation.policy.config import Policy, PolicyError
from moderation.policy.document import Document
from moderation.policy.rules import Condition, Rule

SHIPPED = yaml.safe_load(files("moderation.policy").joinpath("default.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def write(tmp_path):
    def write(content):
        path = tmp_path / "mine.yaml"
        path.write_text(content if isinstance(content, str) else yaml.safe_dump(content), encoding="utf-8")
        return path

    return write


def test_the_shipped_policy_loads_and_trusts_verified_publishers_only():
    policy = Policy.load()
    assert policy.allowing == {Standing.VERIFIED_LENDER, Standing.VERIFIED_PARTNER}
    assert 0 < policy.uncertain_from <= policy.block_score <= policy.uncertain_to < 1


def test_a_policy_of_ones_own_is_read(write):
    policy = Policy.load(write(SHIPPED | {"block_score": 0.9, "allow_standings": ["verified_lender"]}))
    assert policy.block_score == 0.9
    assert policy.allowing == {Standing.VERIFIED_LENDER}


class TestVersion:
    def test_the_same_content_has_the_same_version_wherever_it_lies(self, write):
        assert Policy.load(write(SHIPPED)).version == Policy.load().version

    @pytest.mark.parametrize("field", [each.name for each in fields(Policy)])
    def test_every_figure_changes_it(self, field):
        policy = Policy.load()
        rule = Rule("no hurry", Condition(kinds=frozenset({"ad"})), review="always")
        others = {
            "allowing": frozenset(),
            "program": "another",
            "label_scores": {"cash_out": 0.6},
            "rules": (rule,),
            "notices": {"cash_out": "…"},
            "unable": "block",
        }
        other = others.get(field, 0.123)
        assert replace(policy, **{field: other}).version != policy.version

    def test_the_program_of_the_decision_is_part_of_it(self):
        named = {f"moderation/policy/{name}" for name in config._RULES}
        folder = files("moderation.policy")
        outside = {
            f"moderation/policy/{name}.py"
            for name in ("__init__", "codes", "comparing", "config", "document", "outcome", "places", "sampling")
        }
        present = {f"moderation/policy/{each.name}" for each in folder.iterdir() if each.name.endswith(".py")}
        assert named == present - outside


class TestFaults:
    @pytest.mark.parametrize(
        ("key", "value", "told"),
        [
            ("block_score", 1.5, "block_score"),
            ("block_score", "0.9", "block_score"),
            ("block_score", True, "block_score"),
            ("block_score", float("nan"), "block_score"),
            ("block_score", 0.1, "block_score"),
            ("lending_ad_score", 0, "lending_ad_score"),
            ("sample_rate", -0.1, "sample_rate"),
            ("uncertain", {"from": 0.9, "to": 0.6}, "uncertain"),
            ("uncertain", {"from": 0.6}, "uncertain.to"),
            ("uncertain", 0.5, "uncertain"),
            ("allow_standings", ["unverified_claim"], "allow_standings.0"),
            ("allow_standings", ["verified_lender", "verified_lender"], "allow_standings"),
            ("allow_standings", "verified_lender", "allow_standings"),
            ("blok_score", 0.9, "blok_score"),
        ],
    )
    def test_a_value_that_makes_no_sense_is_named_with_its_key_and_file(self, write, key, value, told):
        with pytest.raises(PolicyError) as caught:
            Policy.load(write(SHIPPED | {key: value}))
        assert "mine.yaml" in str(caught.value)
        assert told in str(caught.value)

    @pytest.mark.parametrize("key", [name for name, each in Document.model_fields.items() if each.is_required()])
    def test_a_missing_key_is_named(self, write, key):
        with pytest.raises(PolicyError, match=key):
            Policy.load(write({name: value for name, value in SHIPPED.items() if name != key}))

    @pytest.mark.parametrize(
        "content",
        [
            "",
            "- 1",
            "just words",
            "block_score: [",
            "[1]: 2",
            "a: &x 1\nb: *x",
            "a: " + "[" * 5000,
            "a: 2026-99-99",
            "a: " + "9" * 5000,
            "a: !!python/object/apply:os.system [echo]",
            "#" * 70_000,
        ],
    )
    def test_what_is_no_mapping_of_keys_is_refused(self, write, content):
        with pytest.raises(PolicyError, match=r"mine\.yaml"):
            Policy.load(write(content))

    def test_every_fault_is_told_with_its_line_and_column(self):
        source = "\n".join(
            [
                "block_score: 0.5",
                "uncertain: {from: 0.1, to: 0.9}",
                "lending_ad_score: 7",
                "allow_standings: [verified_lender]",
                "max_annual_rate: 24",
                "sample_rate: 0.01",
                "rules:",
                "  - name: students",
                "    when:",
                "      labels:",
                "        - campus_loan",
                "        - campus_lone",
                "    then: {review: always}",
            ]
        )
        with pytest.raises(PolicyError) as caught:
            Policy.parse(source, "mine.yaml")
        assert [(fault.line, fault.column, fault.key) for fault in caught.value.faults] == [
            (3, 1, "lending_ad_score"),
            (12, 11, "rules.0.when.labels.1"),
        ]
        assert "line 12, column 11" in str(caught.value)
        assert caught.value.errors[1]["line"] == 12

    def test_a_key_that_stands_there_twice_is_named(self, write):
        with pytest.raises(PolicyError, match="sample_rate stands there twice"):
            Policy.load(write(yaml.safe_dump(SHIPPED) + "sample_rate: 0.5\n"))

    def test_a_missing_file_and_bytes_that_are_no_text_are_refused(self, tmp_path):
        broken = tmp_path / "mine.yaml"
        broken.write_bytes(b"\xff\xfe\x00")
        for path in (broken, tmp_path / "absent.yaml"):
            with pytest.raises(PolicyError, match="cannot be read"):
                Policy.load(path)

    def test_it_belongs_to_the_tree_of_failures_that_the_command_line_tells(self):
        assert issubclass(PolicyError, DaidunError)
