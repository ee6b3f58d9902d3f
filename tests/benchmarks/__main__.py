"""`make bench`: cold start, memory, latency and growth of the real bot, then the comparison. Prints; writes nothing."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from tests.benchmarks.compare import compare
from tests.benchmarks.talking import converse, each_alone, questions
from tests.conftest import Bot


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--per-topic", type=int, default=10, help="training examples per topic and language in the comparison")
    parser.add_argument("--no-compare", action="store_true")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        bot = Bot(Path(home))
        start = time.perf_counter()
        bot.start()
        print(f"cold start           {time.perf_counter() - start:7.1f} s")
        try:
            _print_paces(bot)
        finally:
            bot.stop()
    if not chosen.no_compare:
        print(f"\n{'':22}{'accuracy':>9}{'train s':>9}{'p50 ms':>8}{'p95 ms':>8}{'MB':>7}   ({chosen.per_topic} examples per topic and language)")
        for row in compare(chosen.per_topic):
            print(
                f"{row['name']:22}{100 * row['accuracy']:8.1f}%{row['train_s']:9.0f}{row['p50_ms']:8.1f}{row['p95_ms']:8.1f}{row['memory_mb']:7.0f}"
            )


def _print_paces(bot: Bot) -> None:
    alone = each_alone(bot, questions(200))
    print(f"message over REST    {1000 * alone.quantile(0.5):7.1f} ms p50, {1000 * alone.quantile(0.95):.1f} ms p95")
    long = converse(bot, (questions(10) * 51)[:510], "long")
    first = long.around(10, 20)
    print(f"10th message         {1000 * first:7.1f} ms")
    for number in (100, 500):
        print(f"{number}th message        {1000 * long.around(number, 20):7.1f} ms, {long.around(number, 20) / first:.2f} of the 10th")
    print(f"memory               {bot.memory() / 2**20:7.0f} MB")


if __name__ == "__main__":
    main()
