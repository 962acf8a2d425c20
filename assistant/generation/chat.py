"""The seam to a chat model: a prompt goes out, pieces of text come back, within a deadline, or a `ChatFault`.

What a server sends is untrusted: its size and its time are bounded, its errors are told in one Chinese line.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, replace

from assistant.generation.breaker import Breaker

MAX_CHARS = 20_000
"""A text longer than this is no answer."""
POLL_S = 0.1
BACKOFF_S = 0.3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Request:
    """One call: the two messages, how many tokens may come back, how many seconds it may take."""

    system: str
    user: str
    max_tokens: int
    seconds: float


Stream = Callable[[Request], Iterator[str]]
"""The seam. May raise anything; closing the iterator closes the connection."""


class ChatFault(Exception):
    """The model gave no usable answer. `passing` faults may be gone at the next try."""

    def __init__(self, reason: str, *, passing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.passing = passing


class CutOff(ChatFault):
    """The model used up its tokens: nobody's failure, but the last sentence is not whole."""


class ChatModel:
    """A chat model with its limits; a `simple` one is asked for marked lines, not for JSON. Safe to use from several
    threads."""

    def __init__(self, name: str, stream: Stream, *, timeout: float = 12.0, retries: int = 0, concurrency: int = 2,
                 simple: bool = False, breaker: Breaker | None = None) -> None:
        self.name = name
        self.simple = simple
        self.breaker = breaker or Breaker()
        self._stream = stream
        self._timeout = timeout
        self._retries = retries
        self._slots = threading.BoundedSemaphore(concurrency)

    def write(self, request: Request, cancelled: threading.Event | None = None) -> Generator[str, None, None]:
        """Pieces of the model's text as they come. ChatFault when it fails, stalls or runs over its time; then what
        came before stands. Ends early, without a fault, once `cancelled` is set."""
        if not self.breaker.allows():
            raise ChatFault("近期多次出错，暂停使用")
        deadline = time.monotonic() + request.seconds
        try:
            yield from self._with_retries(request, deadline, cancelled)
        except (CutOff, GeneratorExit):     # it wrote; that nobody listens any more is not its fault
            self.breaker.succeeded()
            raise
        except ChatFault as fault:
            self.breaker.failed()
            log.warning("chat model %s: %s", self.name, fault.reason)
            raise
        if not (cancelled and cancelled.is_set()):
            self.breaker.succeeded()

    def _with_retries(self, request: Request, deadline: float, cancelled: threading.Event | None) -> Iterator[str]:
        for attempt in range(self._retries + 1):
            begun = False
            try:
                for piece in self._once(request, deadline, cancelled):
                    begun = True
                    yield piece
            except ChatFault as fault:
                pause = BACKOFF_S * 2 ** attempt
                if begun or not fault.passing or attempt == self._retries or time.monotonic() + pause >= deadline:
                    raise
                time.sleep(pause)
            else:
                return

    def _once(self, request: Request, deadline: float, cancelled: threading.Event | None) -> Iterator[str]:
        """One try. The call runs in a thread of its own, so that a server which stalls cannot hold the answer up."""
        if not self._slots.acquire(timeout=max(0.0, deadline - time.monotonic())):
            raise ChatFault("正忙")
        pieces: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
        stopped = threading.Event()
        left = replace(request, seconds=max(POLL_S, deadline - time.monotonic()))
        threading.Thread(target=self._pump, args=(left, stopped, pieces), name="chat-model", daemon=True).start()
        size, waited_since = 0, time.monotonic()
        try:
            while not (cancelled and cancelled.is_set()):
                until = min(deadline, waited_since + self._timeout)
                try:
                    piece = pieces.get(timeout=max(0.001, min(POLL_S, until - time.monotonic())))
                except queue.Empty:
                    if time.monotonic() >= until:
                        raise ChatFault("没有在限定时间内答完" if size else "没有在限定时间内应答") from None
                    continue
                if piece is None:
                    if not size:
                        raise ChatFault("返回空白", passing=True)
                    return
                if isinstance(piece, Exception):
                    raise fault_of(piece) from piece
                size, waited_since = size + len(piece), time.monotonic()
                if size > MAX_CHARS:
                    raise ChatFault("返回的内容过长")
                yield piece
                if time.monotonic() >= deadline:
                    raise ChatFault("没有在限定时间内答完")
        finally:
            stopped.set()

    def _pump(self, request: Request, stopped: threading.Event, pieces: queue.SimpleQueue[str | Exception | None]) -> None:
        try:
            with closing(_generator(self._stream(request))) as stream:
                for piece in stream:
                    if stopped.is_set():
                        return
                    pieces.put(piece)
            pieces.put(None)
        except Exception as error:  # whatever a foreign server makes its client raise is a fault of that server
            pieces.put(error)
        finally:
            self._slots.release()


def _generator(stream: Iterator[str]) -> Generator[str, None, None]:
    yield from stream


def fault_of(error: Exception) -> ChatFault:
    """A client's exception as one line for the reader; never its text, which may hold anything."""
    causes = list(_causes(error))
    for cause in causes:
        if isinstance(cause, ChatFault):
            return cause
    status = getattr(error, "status_code", None)
    names = {kind.__name__ for cause in causes for kind in type(cause).__mro__}
    if isinstance(status, int):
        reason = {401: "拒绝了密钥", 403: "拒绝了密钥", 404: "没有这个模型或地址不对", 429: "请求过多"}.get(
            status, f"返回错误 {status}")
        return ChatFault(reason, passing=status == 429 or status >= 500)
    if any("Timeout" in name for name in names):
        return ChatFault("没有在限定时间内应答")
    if names & {"RemoteProtocolError", "ReadError"}:
        return ChatFault("连接中断", passing=True)
    if any("Connect" in name for name in names):
        return ChatFault("连接不上", passing=True)
    return ChatFault("返回的内容无法识别")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__
