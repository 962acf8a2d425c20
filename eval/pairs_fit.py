"""Fits the weights of `assistant.proof.likeness` and cross-validates them: python -m eval.pairs_fit PAIRS [--write].

A logistic regression (ridge, Newton steps) over standardised measures, in numpy alone. Pairs that share a quote or a
statement stay in one fold, and five shuffles of ten folds give the mean and the spread.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.proof import likeness
from eval.pairs import Pair, load_pairs

WEIGHTS = Path(likeness.__file__).parents[1] / "data" / "likeness.json"
RIDGE = 10.0
FOLDS = 10
SHUFFLES = 5

Matrix = NDArray[np.float64]


def fit(table: Matrix, labels: Matrix, ridge: float = RIDGE) -> tuple[Matrix, Matrix, Matrix]:
    """Means, scales and weights (the bias last) of the standardised columns."""
    means, scales = table.mean(axis=0), table.std(axis=0)
    scales = np.where(scales > 0, scales, 1.0)
    rows = np.hstack([(table - means) / scales, np.ones((len(table), 1))])
    weights = np.zeros(rows.shape[1])
    penalty = np.full(rows.shape[1], ridge)
    penalty[-1] = 0.0
    for _ in range(25):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (chance - labels) + penalty * weights
        curve = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(penalty + 1e-9)
        weights = weights - np.linalg.solve(curve, slope)
    return means, scales, weights


def cross_validate(pairs: Sequence[Pair], table: Matrix, folds: int = FOLDS, shuffles: int = SHUFFLES) -> list[float]:
    """The accuracy of every shuffle, each pair judged by weights that never saw its quote or its statement."""
    labels = np.array([float(pair.supported) for pair in pairs])
    groups = grouped(pairs)
    found = []
    for seed in range(shuffles):
        names = sorted(set(groups))
        random.Random(seed).shuffle(names)
        fold = {name: i % folds for i, name in enumerate(names)}
        at = np.array([fold[group] for group in groups])
        right = 0
        for k in range(folds):
            means, scales, weights = fit(table[at != k], labels[at != k])
            score = ((table[at == k] - means) / scales) @ weights[:-1] + weights[-1]
            right += int(((score >= 0) == (labels[at == k] > 0)).sum())
        found.append(right / len(pairs))
    return found


def grouped(pairs: Sequence[Pair]) -> list[int]:
    """One number a group: pairs that share a quote or a statement, directly or through others."""
    head: dict[str, int] = {}
    groups: list[int] = []
    for i, pair in enumerate(pairs):
        keys = (f"q{pair.quotes}", f"s{pair.statement}")
        known = {head[key] for key in keys if key in head}
        group = min(known, default=i)
        groups = [group if each in known else each for each in groups] + [group]
        head = {key: group if each in known else each for key, each in head.items()} | dict.fromkeys(keys, group)
    return groups


def main(arguments: Sequence[str] | None = None) -> int:
    """Cross-validate; with --write also fit all pairs and store the weights."""
    parser = argparse.ArgumentParser(prog="python -m eval.pairs_fit")
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--write", action="store_true", help="写入 assistant/data/likeness.json")
    options = parser.parse_args(arguments)
    pairs = load_pairs(options.pairs)
    found = [likeness.measures(pair.statement, pair.quotes) for pair in pairs]
    names = list(found[0])
    table = np.array([[each[name] for name in names] for each in found])
    scores = cross_validate(pairs, table)
    print(f"{len(pairs)} 对，{FOLDS} 折 × {SHUFFLES} 次：{np.mean(scores):.2%}（{min(scores):.2%} 至 {max(scores):.2%}）")
    if options.write:
        means, scales, weights = fit(table, np.array([float(pair.supported) for pair in pairs]))
        stored = {"names": names, "means": [round(float(x), 5) for x in means], "scales": [round(float(x), 5) for x in scales],
                  "weights": [round(float(x), 5) for x in weights[:-1]], "bias": round(float(weights[-1]), 5)}
        WEIGHTS.write_text(json.dumps(stored, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
