"""A model of somebody else's in the encoder's place."""

from pathlib import Path

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

from classifiers import ArtifactError, Classifier, labels
from classifiers.hub import HubReader
from classifiers.surface import Surface

TEXT = "花呗能套现吗，有没有人知道怎么弄出来"


def _saved(folder: Path, classes: list[str]) -> str:
    """Save a random classifier of these *classes* as transformers saves one."""
    torch.manual_seed(1)
    words = {word: number for number, word in enumerate(["[PAD]", "[UNK]", *dict.fromkeys(TEXT)])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", pad_token="[PAD]")
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        id2label=dict(enumerate(classes)), label2id={name: number for number, name in enumerate(classes)},
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    fast.save_pretrained(folder)
    return str(folder)


class TestHubReader:
    def test_the_order_of_its_classes_does_not_matter(self, tmp_path: Path) -> None:
        reader = HubReader.load(_saved(tmp_path, sorted(labels.KEYS)))
        found = reader.read(Surface(TEXT, tuple(range(len(TEXT)))))
        with torch.inference_mode():
            margins = reader._model(**reader._tokenizer(TEXT, return_tensors="pt")).logits[0]
        expected = dict(zip(sorted(labels.KEYS), margins.tolist(), strict=True))
        assert dict(zip(labels.KEYS, found.labels.tolist(), strict=True)) == pytest.approx(expected)

    def test_one_of_two_classes_leaves_the_labels_to_the_gate(self, tmp_path: Path) -> None:
        reader = HubReader.load(_saved(tmp_path, ["fine", "illegal"]))
        assert not reader.knows_labels
        found = reader.read(Surface(TEXT, ()))
        with torch.inference_mode():
            fine, illegal = reader._model(**reader._tokenizer(TEXT, return_tensors="pt")).logits[0].tolist()
        assert found.illegal == pytest.approx(illegal - fine)

    def test_other_classes_are_refused_by_name(self, tmp_path: Path) -> None:
        with pytest.raises(ArtifactError, match="positive, negative"):
            HubReader.load(_saved(tmp_path, ["positive", "negative"]))

    def test_a_folder_without_a_model_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ArtifactError, match="can't be loaded"):
            HubReader.load(str(tmp_path))


class TestInTheCascade:
    @pytest.mark.parametrize("classes", [sorted(labels.KEYS), ["fine", "illegal"]])
    def test_it_reads_what_the_gate_doubts_and_evidence_is_still_shown(
        self, tmp_path: Path, classes: list[str]
    ) -> None:
        classifier = Classifier.load(second=_saved(tmp_path, classes))
        assert classifier.versions != Classifier.load(second="off").versions
        (assessment,) = classifier.assess([TEXT])
        assert assessment.stage == "encoder"
        assert sum(assessment.labels.values()) == pytest.approx(1.0)
        for each in assessment.evidence:
            assert TEXT[each.span.start : each.span.end] == each.span.text
