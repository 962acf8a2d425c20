"""The assistant while it is being opened, when it is open, and when it could not be opened.

The web app answers from the first second; what it can do depends on this state.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ingest.errors import IngestError

if TYPE_CHECKING:
    from assistant.chain import Assistant
    from assistant.model import Question, Reply

State = Literal["starting", "ready", "error"]
Progress = Callable[[str, int, int], None]
"""As `ingest.rebuild.Progress`: a stage, how much is done, how much there is."""
Opener = Callable[[Progress], "Assistant"]
Witness = Callable[["Question", "Reply"], None]

STAGES = {"load": "加载检索组件", "read": "读取规划", "embed": "计算向量", "store": "写入索引"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """What `/api/health` and the page say: the state and one Chinese line on it. `done` of `total`, 0 of 0: unknown."""

    state: State
    message: str
    done: int = 0
    total: int = 0


class NotReady(Exception):
    """The index is not open (yet). `standing` says why."""

    def __init__(self, standing: Standing) -> None:
        super().__init__(standing.message)
        self.standing = standing


class Service:
    """Holds the one `Assistant` of the process; safe to read from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._standing = Standing("starting", "正在启动")
        self._assistant: Assistant | None = None
        self.witnesses: list[Witness] = []
        self.inside: Callable[[], int] = lambda: 0
        self.closers: list[Callable[[], None]] = []

    @property
    def standing(self) -> Standing:
        with self._lock:
            return self._standing

    def require(self) -> Assistant:
        """The open assistant, or `NotReady`."""
        with self._lock:
            if self._assistant is None:
                raise NotReady(self._standing)
            return self._assistant

    def open(self, opener: Opener) -> None:
        """Run `opener` to the end in this thread. Never raises: what went wrong becomes the standing."""
        try:
            assistant = opener(self._progress)
        except IngestError as error:
            log.error("the index cannot be opened: %s", error)
            self._set(Standing("error", str(error)))
        except Exception:  # the page must say that opening failed, whatever the reason; the log has the details
            log.exception("opening the assistant failed")
            self._set(Standing("error", "启动时出现内部错误，请查看服务日志后重新启动。"))
        else:
            with self._lock:
                self._assistant = assistant
                self._standing = Standing("ready", "已就绪")

    def exchange(self, assistant: Assistant) -> Assistant | None:
        """Answer with `assistant` from now on. The one before is returned: answers in flight go on with it."""
        with self._lock:
            before, self._assistant = self._assistant, assistant
            self._standing = Standing("ready", "已就绪")
        return before

    def heard(self, question: Question, reply: Reply) -> None:
        """Tell the witnesses (metrics, the audit log) of an answer. Never raises: an answer does not fail by its records."""
        for witness in self.witnesses:
            try:
                witness(question, reply)
            except Exception:  # whatever fails in keeping records, the reader gets the answer
                log.exception("a witness of answers failed")

    def close(self) -> None:
        """The end of the process: what keeps records writes what it still has."""
        for closer in self.closers:
            closer()

    def open_in_background(self, opener: Opener) -> threading.Thread:
        """Start `open` in a daemon thread, so that Ctrl-C ends the process at any moment."""
        thread = threading.Thread(target=self.open, args=(opener,), name="open-assistant", daemon=True)
        thread.start()
        return thread

    def _progress(self, stage: str, done: int, total: int) -> None:
        count = f" {done}/{total}" if total else ""
        self._set(Standing("starting", f"正在{STAGES.get(stage, stage)}{count}", done, total))

    def _set(self, standing: Standing) -> None:
        with self._lock:
            self._standing = standing
