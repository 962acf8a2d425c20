"""Real processes over a small corpus, stopped or starved in the middle of their work."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping

from ingest.pipeline import open_index
from ingest.settings import IngestSettings
from tests.ingest.small_corpus import QIANJIANG

BUILD = "import sys; from ingest.__main__ import main; sys.exit(main(['build']))"


def environment(settings: IngestSettings, **more: str) -> dict[str, str]:
    return {**os.environ, "IPPLAN_CORPUS": str(settings.corpus), "IPPLAN_INDEX": str(settings.index), **more}


def python(settings: IngestSettings, code: str, limit: Callable[[], None] | None = None,
           more: Mapping[str, str] | None = None, user: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run `code` in a process of its own, over the corpus and the index of `settings`."""
    return subprocess.run([sys.executable, "-c", code], env=environment(settings, **(more or {})), capture_output=True, text=True,
                          timeout=120, check=False, preexec_fn=limit, user=user)


def started(settings: IngestSettings, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], env=environment(settings), stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


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
