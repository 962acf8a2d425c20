"""python -m ingest.bounded add FILE …: the same commands, within bounds of memory, processor time and file size.

For files that strangers send: whatever a reader of a format does with them, this process ends and the service goes on.
"""

from __future__ import annotations

import resource
import sys

from ingest.__main__ import main

MEMORY = 8 * 1024**3        # of address space, most of it mapped and never touched: the libraries alone map 3 GiB
CPU_S = 600
FILE = 4 * 1024**3

if __name__ == "__main__":
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, CPU_S), (resource.RLIMIT_FSIZE, FILE),
                         (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (value, value))
    try:
        sys.exit(main())
    except MemoryError:
        print("文件解开后占用的内存过多，不像一份规划；请检查文件来源", file=sys.stderr)
        sys.exit(1)
