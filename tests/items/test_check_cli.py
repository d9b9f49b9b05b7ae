"""daidun check: a line out for every line in, in order, whatever the lines are."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from moderation.items.check_cli import check


def run(*arguments: str, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(check, list(arguments), input=stdin)


def answers(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def test_a_text_on_the_command_line_is_judged() -> None:
    result = run("黑户也能下款，无视征信，加微信 abc12345 秒批")
    (answer,) = answers(result.stdout)
    assert result.exit_code == 0
    assert answer["verdict"] == "block"
    assert answer["reasons"]
    assert set(answer["versions"]) == {"model", "policy", "registry"}


def test_a_warning_that_quotes_the_bait_is_allowed() -> None:
    (answer,) = answers(run("警方提示：凡是声称“黑户也能下款”、放款前收费的，都是诈骗，请拨打96110").stdout)
    assert answer["verdict"] == "allow"


def test_a_thousand_lines_keep_their_order_and_survive_malformed_ones(tmp_path: Path) -> None:
    lines: list[bytes] = []
    for number in range(1000):
        item = {"id": f"i{number}", "text": f"第{number}条 今天吃什么"}
        lines.append(json.dumps(item, ensure_ascii=False).encode())
    bad = {
        17: b"not json",
        18: b"",
        255: b'{"id": "x"}',
        256: '{"id": "贷"'.encode("gbk"),
        500: b"[" * 5000,
        998: b'{"id": "i998", "text": 5}',
        999: b"null",
    }
    for place, line in bad.items():
        lines[place] = line
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(b"\n".join(lines) + b"\n")
    result = run("--input", str(source), "--output", str(target))
    out = answers(target.read_text(encoding="utf-8"))
    assert result.exit_code == 1
    assert len(out) == 1000
    for place, answer in enumerate(out):
        if place in bad:
            assert answer["line"] == place + 1
            assert answer["error"]
        else:
            assert answer["id"] == f"i{place}"
            assert answer["verdict"] in {"block", "allow"}


def test_the_last_line_may_lack_its_line_break() -> None:
    assert [
        a["id"] for a in answers(run("--input", "-", stdin=b'{"id":"a","text":"x"}\n{"id":"b","text":"y"}').stdout)
    ] == ["a", "b"]


def test_an_empty_input_gives_an_empty_output() -> None:
    result = run("--input", "-", stdin=b"")
    assert (result.exit_code, result.stdout) == (0, "")


def test_the_context_is_echoed() -> None:
    (answer,) = answers(run("--input", "-", stdin=b'{"id":"a","text":"x","context":{"k":[1]}}').stdout)
    assert answer["context"] == {"k": [1]}


def test_spans_point_into_the_original_of_title_and_text() -> None:
    item = {"id": "a", "title": "黑 户 可 贷", "text": "无视征信秒下款，加薇 abc12345"}
    (answer,) = answers(run("--input", "-", stdin=json.dumps(item).encode()).stdout)
    spans = [span for reason in answer["reasons"] for span in reason["spans"]]
    assert spans
    for span in spans:
        assert item[span["field"]][span["start"] : span["end"]] == span["text"]


@pytest.mark.parametrize("arguments", [(), ("text", "--input", "-"), ("--input", "/no/such/file")])
def test_wrong_use_is_told(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Error" in result.stderr


def test_the_same_items_give_the_same_answers_in_any_order() -> None:
    items = [
        {"id": f"i{n}", "text": text}
        for n, text in enumerate(["黑户秒批加微信", "今天下雨", "年化利率7.2%起，贷款有风险"] * 5)
    ]
    shuffled = random.Random(3).sample(items, len(items))

    def judge(order: list[dict[str, str]]) -> dict[str, Any]:
        stdin = "\n".join(json.dumps(item) for item in order).encode()
        return {answer["id"]: answer | {"elapsed_ms": 0} for answer in answers(run("--input", "-", stdin=stdin).stdout)}

    assert judge(items) == judge(shuffled)
