"""Training the encoder, on a model small enough to watch."""

import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from classifiers import Classifier, encoder, labels
from classifiers.artifact import SHIPPED
from classifiers.encoder import MODEL, Encoder
from classifiers.errors import ArtifactError
from classifiers.gate import Gate
from classifiers.surface import SEPARATOR, Surface
from classifiers.training import study
from classifiers.training.encoder import export, fitting, network, pieces, pipeline
from classifiers.training.encoder.fitting import Schedule
from classifiers.training.encoder.lessons import Lesson, lessons
from classifiers.training.encoder.network import Network
from classifiers.training.encoder.pipeline import Plan
from classifiers.training.encoder.pretrained import Pretrained
from classifiers.training.encoder.thawing import thawed
from classifiers.training.samples import Sample
from tests.training import tiny

OFFERS = ["黑户也能做", "征信花了找我", "花呗套现秒到", "不看负债当天下"]
TALK = ["今天下雨了", "明天去银行还款", "这家店的面好吃", "别信网上的广告"]
ALL_LAYERS = range(tiny.SIZES.layers)
SCHEDULE = Schedule(epochs=60, real=8, rate=3e-3, frozen=0, head_rate=1e-2, weight_decay=0.0)


@pytest.fixture(scope="module")
def model() -> Pretrained:
    return tiny.pretrained(OFFERS + TALK)


@pytest.fixture(scope="module")
def vocabulary(model: Pretrained) -> pieces.Vocabulary:
    return pieces.trimmed(model.pieces, OFFERS + TALK, rarest=1)


@pytest.fixture(scope="module")
def fresh(model: Pretrained, vocabulary: pieces.Vocabulary) -> Callable[[], Network]:
    def make() -> Network:
        torch.manual_seed(1)
        return network.start(model, vocabulary.origins, ALL_LAYERS)

    return make


@pytest.fixture(scope="module")
def taught() -> list[Lesson]:
    """Each sentence several times, as of an author and as a real text."""
    number = labels.KEYS.index
    return [
        Lesson((text,), illegal, number("bad_credit_loan" if illegal else "unrelated"), authored)
        for illegal, texts in ((True, OFFERS), (False, TALK))
        for text in texts
        for authored in (True, True, False)
    ]


@pytest.fixture(scope="module")
def trained(fresh: Callable[[], Network], taught: list[Lesson], vocabulary: pieces.Vocabulary) -> Network:
    model = fresh()
    fitting.fine_tune(model, taught, vocabulary.tokenizer, SCHEDULE, lambda _: None)
    return model


class TestStart:
    def test_the_network_computes_what_the_pretrained_weights_say(
        self, model: Pretrained, vocabulary: pieces.Vocabulary
    ) -> None:
        """The first layer, written out in numpy."""
        net = network.start(model, vocabulary.origins, [0]).eval()
        ids = vocabulary.tokenizer.encode(OFFERS[0]).ids
        origins = [vocabulary.origins[number][0] for number in ids]
        tensors = model.tensors
        states = tensors["emb.word"][origins] + tensors["emb.pos"][: len(ids)] + tensors["emb.type"][0]
        states = _normed(states, tensors["emb.ln.w"], tensors["emb.ln.b"])
        expected = _layer(states, {name[3:]: value for name, value in tensors.items() if name.startswith("l0.")})
        with torch.no_grad():
            found = net.states(torch.tensor([ids]), torch.ones(1, len(ids), dtype=torch.int64))[0].numpy()
        np.testing.assert_allclose(found, expected, atol=1e-5)

    def test_padding_changes_nothing(self, trained: Network, vocabulary: pieces.Vocabulary) -> None:
        alone = fitting.margins(trained, [[OFFERS[0]]], vocabulary.tokenizer)
        beside = fitting.margins(trained, [[OFFERS[0]], [OFFERS[1] * 8]], vocabulary.tokenizer)
        assert beside.illegal[0] == pytest.approx(alone.illegal[0], abs=0.05)


def _normed(states: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    centred = states - states.mean(axis=1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + tiny.SIZES.epsilon) * weight + bias


def _layer(states: np.ndarray, tensors: dict[str, np.ndarray]) -> np.ndarray:
    def dense(name: str, given: np.ndarray) -> np.ndarray:
        return given @ tensors[f"{name}.w"].T + tensors[f"{name}.b"]

    heads, width = tiny.SIZES.heads, tiny.SIZES.hidden // tiny.SIZES.heads
    query, key, value = (dense(name, states).reshape(-1, heads, width).swapaxes(0, 1) for name in ("q", "k", "v"))
    scores = query @ key.swapaxes(1, 2) / np.sqrt(width)
    shares = np.exp(scores - scores.max(axis=2, keepdims=True))
    mixed = (shares / shares.sum(axis=2, keepdims=True)) @ value
    attended = dense("ao", mixed.swapaxes(0, 1).reshape(states.shape))
    states = _normed(states + attended, tensors["aln.w"], tensors["aln.b"])
    wide = dense("fi", states)
    gelu = torch.nn.functional.gelu(torch.from_numpy(wide)).numpy()
    return _normed(states + dense("fo", gelu), tensors["oln.w"], tensors["oln.b"])


class TestFineTune:
    def test_it_learns_to_tell_offers_from_talk(self, trained: Network, vocabulary: pieces.Vocabulary) -> None:
        found = fitting.margins(trained, [[text] for text in OFFERS + TALK], vocabulary.tokenizer)
        assert (found.illegal[: len(OFFERS)] > 1).all()
        assert (found.illegal[len(OFFERS) :] < -1).all()
        assert {labels.KEYS[index] for index in found.labels.argmax(axis=1)} == {"bad_credit_loan", "unrelated"}

    def test_the_same_seed_gives_the_same_network(
        self, trained: Network, fresh: Callable[[], Network], taught: list[Lesson], vocabulary: pieces.Vocabulary
    ) -> None:
        again = fresh()
        fitting.fine_tune(again, taught, vocabulary.tokenizer, SCHEDULE, lambda _: None)
        for name, value in again.state_dict().items():
            assert torch.equal(value, trained.state_dict()[name]), name

    def test_frozen_layers_and_embeddings_keep_their_weights(
        self, fresh: Callable[[], Network], taught: list[Lesson], vocabulary: pieces.Vocabulary
    ) -> None:
        before, after = fresh().state_dict(), fresh()
        schedule = replace(SCHEDULE, epochs=1, frozen=2)
        fitting.fine_tune(after, taught, vocabulary.tokenizer, schedule, lambda _: None)
        moved = {name for name, value in after.state_dict().items() if not torch.equal(value, before[name])}
        assert not any(name.startswith(("encoder.embeddings.", "encoder.encoder.layer.0.")) for name in moved)
        assert any(name.startswith("encoder.encoder.layer.2.") for name in moved)

    def test_the_worst_passage_of_a_text_speaks_for_it(self, trained: Network, vocabulary: pieces.Vocabulary) -> None:
        found = fitting.margins(trained, [[TALK[0], OFFERS[0]], [OFFERS[0]], [TALK[0]]], vocabulary.tokenizer)
        assert found.illegal[0] == pytest.approx(found.illegal[1], abs=0.05)
        assert found.illegal[2] < found.illegal[0]

    def test_mined_are_the_innocent_real_texts_that_it_takes_most_for_offers(
        self, trained: Network, vocabulary: pieces.Vocabulary
    ) -> None:
        told = [(TALK[0], False, False), (OFFERS[0], False, False), (OFFERS[1], True, False), (OFFERS[2], False, True)]
        texts = [Lesson((text,), illegal, 0, authored) for text, illegal, authored in told]
        assert fitting.mined(trained, texts, vocabulary.tokenizer, 1).tolist() == [1]
        assert fitting.mined(trained, texts, vocabulary.tokenizer, 9).tolist() == [0, 1]
        assert fitting.mined(trained, texts, vocabulary.tokenizer, 0).size == 0


class TestStudent:
    def test_one_of_all_layers_is_its_teacher(self, trained: Network, vocabulary: pieces.Vocabulary) -> None:
        pupil = network.student(trained, list(ALL_LAYERS))
        texts = [[text] for text in OFFERS + TALK]
        own = fitting.margins(pupil, texts, vocabulary.tokenizer)
        taught = fitting.margins(trained, texts, vocabulary.tokenizer)
        np.testing.assert_array_equal(own.illegal, taught.illegal)

    def test_a_smaller_one_comes_to_say_what_its_teacher_says(
        self, trained: Network, taught: list[Lesson], vocabulary: pieces.Vocabulary
    ) -> None:
        pupil = network.student(trained, [0])
        texts = [[text] for text in OFFERS + TALK]
        spoken = fitting.margins(trained, texts, vocabulary.tokenizer).illegal
        before = np.abs(fitting.margins(pupil, texts, vocabulary.tokenizer).illegal - spoken).mean()
        fitting.fine_tune(pupil, taught, vocabulary.tokenizer, SCHEDULE, lambda _: None, trained.eval())
        after = np.abs(fitting.margins(pupil, texts, vocabulary.tokenizer).illegal - spoken).mean()
        assert after < before / 2


class TestExport:
    def test_the_served_model_agrees_with_the_trained_one(
        self, trained: Network, vocabulary: pieces.Vocabulary, tmp_path: Path
    ) -> None:
        encoder = _exported(trained, vocabulary, tmp_path)
        texts = OFFERS + TALK
        spoken = fitting.margins(trained, [[text] for text in texts], vocabulary.tokenizer)
        for text, illegal, by_label in zip(texts, spoken.illegal, spoken.labels, strict=True):
            found = encoder.read(Surface(text, tuple(range(len(text)))))
            assert found.illegal == pytest.approx(illegal, rel=0.15, abs=0.5)
            assert found.labels.argmax() == by_label.argmax()

    def test_the_parts_of_all_tokens_make_the_margin(self, trained: Network, vocabulary: pieces.Vocabulary) -> None:
        ids = torch.tensor([vocabulary.tokenizer.encode(OFFERS[0]).ids])
        with torch.no_grad():
            illegal, _, parts = trained.explained(ids, torch.ones_like(ids))
        assert float((parts.sum() + trained.illegal.bias).detach()) == pytest.approx(float(illegal[0]), abs=1e-4)

    def test_shares_lie_on_the_characters_of_the_plain_reading_only(
        self, trained: Network, vocabulary: pieces.Vocabulary, tmp_path: Path
    ) -> None:
        text = OFFERS[0]
        places = tuple(range(3, 3 + len(text)))
        found = _exported(trained, vocabulary, tmp_path).read(Surface(f"{text}{SEPARATOR}{text}", places))
        assert found.shares is not None
        assert found.shares.size == places[-1] + 1
        assert not found.shares[:3].any()
        assert found.shares[3:].any()


class TestThawing:
    def test_a_served_model_can_be_taught_on_from_where_it_stood(
        self, trained: Network, vocabulary: pieces.Vocabulary, tmp_path: Path
    ) -> None:
        _exported(trained, vocabulary, tmp_path)
        again = thawed((tmp_path / MODEL).read_bytes(), heads=tiny.SIZES.heads)
        texts = [[text] for text in OFFERS + TALK]
        spoken = fitting.margins(trained, texts, vocabulary.tokenizer)
        found = fitting.margins(again, texts, vocabulary.tokenizer)
        np.testing.assert_allclose(found.illegal, spoken.illegal, rtol=0.2, atol=0.5)
        np.testing.assert_array_equal(found.labels.argmax(axis=1), spoken.labels.argmax(axis=1))


def _exported(trained: Network, vocabulary: pieces.Vocabulary, folder: Path) -> Encoder:
    export.quantized(trained, folder / MODEL)
    return Encoder.made((folder / MODEL).read_bytes(), vocabulary.tokenizer.to_str().encode())


class TestLessons:
    def test_long_texts_teach_where_they_offer(self) -> None:
        story = "那天早上下了一点小雨，我们沿着河边走了很久，谁也没有说话。" * 20
        offer = "征信花了也能批，加我微信"
        marked = Sample(story + offer + story, "bad_credit_loan", "part9", True, True, (), (offer,))
        innocent = Sample(story, "unrelated", "part9", True, False)
        taught, calm = lessons([marked, innocent], Gate.load(SHIPPED))
        assert taught.passages
        assert all("征信花了也能批" in passage for passage in taught.passages)
        assert calm.illegal is False
        assert calm.passages


class TestPipeline:
    def test_from_texts_to_a_classifier_that_reads_with_both_models(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        data = tmp_path / "data" / "authored"
        data.mkdir(parents=True)
        corpus = Path(study.__file__).parent / "corpus" / "authored"
        for part in ("part1", "part4", "part10"):
            lines = (corpus / f"{part}.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
            (data / f"{part}.jsonl").write_text("".join(random.Random(1).sample(lines, 150)), encoding="utf-8")
        texts = [line for path in data.iterdir() for line in path.read_text(encoding="utf-8").splitlines()]
        monkeypatch.setattr(pipeline.pretrained, "wheel", lambda _: None)
        monkeypatch.setattr(pipeline.pretrained, "read", lambda _: tiny.pretrained(texts))
        out = tmp_path / "out"
        out.mkdir()
        for path in SHIPPED.glob("gate.*"):
            shutil.copy(path, out)
        said: list[str] = []
        plan = Plan(replace(SCHEDULE, epochs=1), replace(SCHEDULE, epochs=1), layers=(0, 2))
        prepared = study.prepare(tmp_path / "data", said.append)
        pipeline.run(prepared, ("part4",), tmp_path / "work", out, said.append, plan)
        classifier = Classifier.load(out)
        stages = {each.stage for each in classifier.assess([*OFFERS, *TALK, "花呗能套现吗，朋友说可以帮我弄出来"])}
        assert "encoder" in stages | {each.stage for each in classifier.assess(texts[:200])}
        card = encoder.read_card(out)
        assert card["held"] == ["part4"]
        assert card["export_agreement"]["same_side"] > 0.9
        assert any("wrote the encoder" in line for line in said)

        said.clear()
        pipeline.run(prepared, ("part4",), tmp_path / "work", out, said.append, plan)
        assert any("teacher: read" in line for line in said)
        assert any("student: read" in line for line in said)

        before = (out / MODEL).read_bytes()
        monkeypatch.setattr(pipeline, "thawed", lambda model: thawed(model, heads=tiny.SIZES.heads))
        further = replace(plan, further=replace(SCHEDULE, epochs=1))
        pipeline.run(prepared, ("part4",), tmp_path / "work", out, said.append, further, start=out)
        assert (out / MODEL).read_bytes() != before
        assert "--further" in encoder.read_card(out)["training_command"]

    def test_what_is_no_encoder_cannot_be_taught_further(self, tmp_path: Path) -> None:
        with pytest.raises(ArtifactError, match="nowhere"):
            pipeline.served_files(tmp_path / "nowhere")
