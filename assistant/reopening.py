"""A new generation of the index, taken into use while the service runs."""

from __future__ import annotations

import logging
import threading
import weakref
from typing import TYPE_CHECKING

from assistant.service import Service
from assistant.settings import AssistantSettings
from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.chain import Assistant

EVERY_S = 5.0
log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()


def reopen(service: Service, settings: AssistantSettings) -> bool:
    """Answer from the newest generation; False where that is the case already. IngestError where it cannot be opened.

    The encoder and the chat model are kept. What was open before is closed when the last answer that uses it is done.
    """
    from assistant.chain import Assistant
    from ingest.index import is_current, open_index

    with _one_at_a_time:
        before = service.require()
        if is_current(settings, before.index):
            return False
        after = Assistant(settings, open_index(settings), before.encoder, before.chat, before.observe)
        service.exchange(after)
    _close_when_unused(before)
    log.info("answering from %s now", after.index.generation)
    return True


def _close_when_unused(assistant: Assistant) -> None:
    """Its requests hold it; when the last has gone, so has it, and its files are let go."""
    weakref.finalize(assistant, assistant.index.close)


def watch(service: Service, settings: AssistantSettings, stop: threading.Event, every_s: float = EVERY_S) -> threading.Thread:
    """A thread that takes over what `python -m ingest` builds meanwhile. A fault is told once, and the old index kept."""

    def look() -> None:
        told = ""
        while not stop.wait(every_s):
            if service.standing.state != "ready":
                continue
            try:
                reopen(service, settings)
                told = ""
            except (IngestError, OSError) as error:
                if str(error) != told:
                    log.error("the new index cannot be opened, the old one is kept: %s", error)
                    told = str(error)

    thread = threading.Thread(target=look, name="watch-index", daemon=True)
    thread.start()
    return thread
