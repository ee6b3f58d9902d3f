"""Progress of long work, for the person at the terminal. Owns one line on standard error; quiet when nobody looks."""

from __future__ import annotations

import sys
import time

_EVERY = 0.5  # seconds between two lines' updates
_last = 0.0


def report(what: str, done: int, total: int) -> None:
    """Show how far a step is. `total` may be 0 when unknown."""
    global _last
    finished = done >= total
    if not finished and time.monotonic() - _last < _EVERY:
        return
    _last = time.monotonic()
    share = f" {100 * done // total:3d}%" if total else ""
    if sys.stderr.isatty():
        print(f"\r  {what}{share}\033[K", end="\n" if finished else "", file=sys.stderr, flush=True)
    else:
        print(f"  {what}{share}", file=sys.stderr, flush=True)
