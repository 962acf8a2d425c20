"""A corpus of one packaged plan and a file a user brings: short enough to be embedded by the real encoder in a test."""

from __future__ import annotations

from pathlib import Path

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


def settings_for(root: Path) -> IngestSettings:
    """Settings whose corpus and index lie in `root`; the encoder's cache is the usual one."""
    return IngestSettings(corpus=root / "corpus", index=root / "index")
