"""The card that ships with the gate: what it learnt from and under which terms, how good it is, where it ends."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from classifiers.calibration import Calibration
from classifiers.training import measures, thresholds
from classifiers.training.fitting import Recipe
from classifiers.training.measures import Judged
from classifiers.training.study import Study, texts_by_set

TERMS: Mapping[str, str] = {
    "finnsp_bdci2019": "none stated",
    "bdci2019_neg_test": "none stated",
    "fincuge_news_forum": "none stated",
    "fbs_sms": "cite Zhang et al., Lies in the Air, CCS 2020",
    "mudou_sms": "none stated",
    "sms80w_subset": "none stated",
    "pip_twitter": "none stated",
    "rsp_illicit_promo": "none stated",
    "tg_spam": "GPL-3.0",
    "ant_atec_afqmc": "contest or research use",
    "webank_bq_ccks": "contest or research use",
    "lcqmc": "contest or research use",
    "cold_social": "Apache-2.0",
    "weibo_smp2020": "mostly research use",
    "reviews": "mostly research use",
    "thucnews_titles": "mostly research use",
    "advertisegen_dev": "mostly research use",
}
"""Terms as each set's publisher states them. No text of these sets is stored in the model or shipped."""

_OWN_TERMS = "Apache-2.0, written for this project"

LIMITS = (
    "Labels are one person's judgement (authored) or weak (real, about 95 % right); none was checked twice.",
    "No real text was at hand for straw_borrower, debt_evasion, quota_hack, campus_loan and credit_repair.",
    "Real cash_out texts are mostly one genre of Weibo spam of 2018 and 2019.",
    "The score is calibrated for the mix it was fitted on; with fewer illegal texts it is too high.",
    "A linear model reads words, not stance: it misses offers without tell-tale words and blocks some that quote one.",
    "Chinese only. Pictures, linked pages, and who publishes are not seen.",
)


def card(studied: Study, recipe: Recipe, curve: Calibration) -> dict[str, Any]:
    """Return the card's content, all but the model's hash."""
    judged = studied.judged
    return {
        "task": "illegal lending promotion in Chinese text: one calibrated score, 24 labels",
        "licence": "Apache-2.0",
        "training_command": "python -m classifiers.training gate DATA_FOLDER",
        "data": _data(studied),
        "recipe": {name: getattr(recipe, name) for name in Recipe.__slots__},
        "thresholds": thresholds.recommend(judged),
        "calibration": {
            "method": "Platt, on out-of-fold margins of unseen authors and unseen near-duplicate groups",
            "margins": np.round(curve.margins, 6).tolist(),
            "log_odds": np.round(curve.log_odds, 6).tolist(),
            "share_illegal": round(float((judged.illegal == 1).sum() / (judged.illegal >= 0).sum()), 4),
        },
        "metrics": _metrics(judged),
        "limits": list(LIMITS),
    }


def _data(studied: Study) -> list[dict[str, Any]]:
    samples = studied.prepared.samples
    own = {sample.part for sample in samples if sample.authored}
    return [
        {"set": name, "texts": count, "terms": _OWN_TERMS if name in own else TERMS.get(name, "not recorded")}
        for name, count in sorted(texts_by_set(samples).items())
    ]


def _metrics(judged: Judged) -> dict[str, Any]:
    authored = judged.where(judged.authored)
    return {
        "protocol": "leave one author out, real sets split by near-duplicate group into as many folds",
        "unseen_authors": measures.as_card(measures.summarize(authored)),
        "unseen_authors_and_real": measures.as_card(measures.summarize(judged)),
        "label_accuracy_unseen_authors": round(float((authored.label == authored.truth).mean()), 4),
    }
