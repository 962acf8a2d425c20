"""Fits the weights of `assistant.reading.intents` on the development cases and cross-validates them:
python -m eval.intents_fit [--write].

A softmax regression (ridge, full-batch gradient with momentum) in numpy alone. Each file of cases is a fold: its questions
were written by one hand. The kind of a case is its label; cases of the kinds that say nothing of the form of an answer (a
follow-up, a false premise) are left out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.chain import open_assistant
from assistant.model import Question
from assistant.reading.intents import INTENTS, WEIGHTS, Vector, features, masked
from eval.cases import OWN_CASES, load_cases

OF_KIND = {
    "responsibility_of_clause": "responsibility", "duties_of_unit": "duties", "support_for_enterprise": "support",
    "target_number": "target", "schedule": "schedule", "definition": "definition", "measure_detail": "detail",
    "comparison": "comparison", "validity": "validity",
}
RIDGE = 5e-5
STEPS = 1500
RATE = 1.0
MOMENTUM = 0.9


@dataclass(frozen=True, slots=True)
class Example:
    """A masked question, what the patterns read, what it is, and the file it stands in."""

    text: str
    said: str
    label: str
    source: str


def examples() -> list[Example]:
    """Of the development half, questions without history and of a kind that says what the answer is."""
    assistant = open_assistant()
    found = []
    for path in sorted(OWN_CASES.glob("*.yaml")):
        for case in load_cases(path):
            if case.half == "dev" and case.kind in OF_KIND and not case.history:
                reading, _ = assistant.look(Question(case.question))
                text = masked(reading.asked, reading.scope.words, reading.units)
                found.append(Example(text, reading.said, OF_KIND[case.kind], path.stem))
    assistant.close()
    return found


def fit(table: Vector, labels: Vector) -> tuple[Vector, Vector]:
    """Weights (columns of the table, INTENTS) and bias (INTENTS,); `labels` has a one for the intent of each row."""
    weights = np.zeros((table.shape[1], labels.shape[1]), dtype=np.float32)
    bias = np.zeros(labels.shape[1], dtype=np.float32)
    pull, push = np.zeros_like(weights), np.zeros_like(bias)
    for _ in range(STEPS):
        scores = table @ weights + bias
        chances = np.exp(scores - scores.max(axis=1, keepdims=True))
        missed = (chances / chances.sum(axis=1, keepdims=True) - labels) / len(table)
        pull = MOMENTUM * pull + table.T @ missed + RIDGE * weights
        push = MOMENTUM * push + missed.sum(axis=0)
        weights -= RATE * pull
        bias -= RATE * push
    return weights, bias


def tables(rows: Sequence[Example]) -> tuple[Vector, Vector]:
    """Features and one-hot labels."""
    return (np.stack([features(row.text, row.said) for row in rows]),
            np.array([[float(row.label == name) for name in INTENTS] for row in rows], dtype=np.float32))


def cross_validate(rows: Sequence[Example]) -> list[str]:
    """What each question is taken for by weights that saw no question of its file."""
    table, labels = tables(rows)
    sources = np.array([row.source for row in rows])
    found = [""] * len(rows)
    for source in sorted(set(sources)):
        weights, bias = fit(table[sources != source], labels[sources != source])
        for i in np.flatnonzero(sources == source):
            found[i] = INTENTS[int((table[i] @ weights + bias).argmax())]
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Cross-validate; with --write also fit all questions and store the weights."""
    parser = argparse.ArgumentParser(prog="python -m eval.intents_fit", description="训练并交叉检验提问类型的判断")
    parser.add_argument("--write", action="store_true", help=f"写入 {WEIGHTS.name}")
    options = parser.parse_args(arguments)
    rows = examples()
    found = cross_validate(rows)
    learned = sum(label == row.label for label, row in zip(found, rows, strict=True))
    said = sum(row.said == row.label for row in rows)
    print(f"{len(rows)} 题；按文件交叉检验判对 {learned / len(rows):.1%}，只用词表 {said / len(rows):.1%}")
    if options.write:
        weights, bias = fit(*tables(rows))
        np.savez_compressed(WEIGHTS, weights=weights.astype(np.float16), bias=bias)
        print(f"已写入 {WEIGHTS.name}，{WEIGHTS.stat().st_size // 1024} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
