"""Fitting the learned intents: it learns what there is to learn, from the development half alone."""

from __future__ import annotations

from eval.intents_fit import Example, cross_validate, fit, tables


def made(source: str) -> list[Example]:
    return [Example(f"{source}第{i}样{ending}", "detail", label, source)
            for i in range(6) for ending, label in (("由谁牵头", "responsibility"), ("到期没有", "validity"), ("给多少补贴", "support"))]


def test_it_learns_from_other_files_than_the_one_it_judges() -> None:
    rows = [*made("甲"), *made("乙"), *made("丙")]
    assert cross_validate(rows) == [row.label for row in rows]


def test_the_weights_fit_what_they_were_fitted_on() -> None:
    table, labels = tables(made("甲"))
    weights, bias = fit(table, labels)
    assert ((table @ weights + bias).argmax(axis=1) == labels.argmax(axis=1)).all()

