"""Real processes over a small corpus, stopped or starved in the middle of their work; how long each fault's remedy takes:

FAULTS_ON_ALL_PLANS=1 python -m pytest tests/faults tests/ingest/test_rebuild.py tests/ingest/test_vector_server.py \\
    -o log_cli=true --log-cli-level=INFO | grep recovered
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ingest.settings import IngestSettings

BUILD = "import sys; from ingest.__main__ import main; sys.exit(main(['build']))"


@contextmanager
def recovery(fault: str) -> Iterator[None]:
    """Log how long it takes to put `fault` right."""
    began = time.perf_counter()
    yield
    logging.getLogger(__name__).info("recovered in %.2f s: %s", time.perf_counter() - began, fault)


def environment(settings: IngestSettings) -> dict[str, str]:
    return {**os.environ, "IPPLAN_CORPUS": str(settings.corpus), "IPPLAN_INDEX": str(settings.index)}


def python(settings: IngestSettings, code: str, limit: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    """Run `code` in a process of its own, over the corpus and the index of `settings`."""
    return subprocess.run([sys.executable, "-c", code], env=environment(settings), capture_output=True, text=True,
                          timeout=120, check=False, preexec_fn=limit)


def started(settings: IngestSettings, code: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", code], env=environment(settings), stdin=subprocess.PIPE,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
