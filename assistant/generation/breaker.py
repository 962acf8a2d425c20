"""A circuit breaker: after repeated failures a service is left alone for a while, then tried once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

FAILURES = 3
"""So many failures in a row open the breaker …"""
PAUSE_S = 60.0
"""… for so long; then one call is let through, and its outcome decides."""


class Breaker:
    """Closed, open or half open; safe to use from several threads."""

    def __init__(self, failures: int = FAILURES, pause_s: float = PAUSE_S, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._pause, self._clock = failures, pause_s, clock
        self._lock = threading.Lock()
        self._failed = 0
        self._again_at = 0.0

    def allows(self) -> bool:
        """Whether a call may be made now. When half open, True once a pause: the trial."""
        with self._lock:
            if self._failed < self._limit:
                return True
            now = self._clock()
            if now < self._again_at:
                return False
            self._again_at = now + self._pause
            return True

    def succeeded(self) -> None:
        """The last call went well."""
        with self._lock:
            self._failed = 0

    def failed(self) -> None:
        """The last call went wrong."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._limit:
                self._again_at = self._clock() + self._pause
