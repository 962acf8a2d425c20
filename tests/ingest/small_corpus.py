"""A corpus of one packaged plan and a file a user brings: short enough to be embedded by the real encoder in a test;
what a test changes in it, and what it asks of its index."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ingest.generations import CURRENT
from ingest.pipeline import open_index
from ingest.settings import PACKAGE, IngestSettings

QIANJIANG = "003_be29924751dc76b6.txt"
SHENZHEN = """深圳市知识产权保护工作方案（2023—2025年）

一、总体要求

全面加强知识产权保护，营造良好的创新环境和营商环境。

二、重点任务

（一）完善保护机制。推进快速预审和快速维权，到2025年维权援助服务站达到20个以上。（责任单位：市市场监管局；配合单位：市司法局）

（二）促进转化运用。支持中小企业开展知识产权质押融资。（责任单位：市金融监管局）
"""


def make_corpus(folder: Path) -> Path:
    """A corpus folder with the first pages of the Qianjiang plan."""
    folder.mkdir()
    whole = (PACKAGE / "corpus" / "corpus.toml").read_text(encoding="utf-8")
    table = whole[whole.index("[qianjiang-2022]") : whole.index("[guizhou-2021]")]
    (folder / "corpus.toml").write_text(table, encoding="utf-8")
    text = (PACKAGE / "corpus" / QIANJIANG).read_text(encoding="utf-8")
    (folder / QIANJIANG).write_text(text[:1250], encoding="utf-8")
    return folder


def corpus_of_faults(folder: Path) -> Path:
    """The small corpus; all packaged plans where FAULTS_ON_ALL_PLANS is set, to measure how long recovery takes."""
    if "FAULTS_ON_ALL_PLANS" in os.environ:
        return Path(shutil.copytree(PACKAGE / "corpus", folder))
    return make_corpus(folder)


def settings_for(root: Path) -> IngestSettings:
    """Settings whose corpus and index lie in `root`; the encoder's cache is the usual one."""
    return IngestSettings(corpus=root / "corpus", index=root / "index")


def pointer(settings: IngestSettings) -> str:
    """The generation that readers are sent to."""
    return (settings.index / CURRENT).read_text().strip()


def works(settings: IngestSettings) -> bool:
    """Whether the index opens and its vectors are those of its passages."""
    index = open_index(settings)
    try:
        ids = {passage.id for passage in index.catalogue.passages()}
        return bool(ids) and ids == index.vectors.ids()
    finally:
        index.close()


def edit(settings: IngestSettings) -> None:
    """Change a word of the plan, so that the next build has one passage to embed."""
    path = settings.corpus / QIANJIANG
    path.write_text(path.read_text(encoding="utf-8").replace("经区政府同意", "经区人民政府同意"), encoding="utf-8")


def rename_issuer(settings: IngestSettings) -> None:
    """Change what is said of the plan, so that the next build has something to store and nothing to embed."""
    path = settings.corpus / "corpus.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('issuer = "', 'issuer = "某'), encoding="utf-8")
