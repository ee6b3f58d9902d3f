"""Runs case files through the reception, prints the table and writes JSON and the report. Owns the run; not the figures."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.decision import ANSWER_RECORD
from bot.evaluation import figures
from bot.evaluation.cases import Case, Outcome, judge, read_cases
from bot.evaluation.report import write_report
from bot.progress import report as show_progress
from bot.reception import Inbound, Reception
from bot.runtime import people
from bot.server import open_reception
from bot.settings import Settings


def evaluate_files(
    settings: Settings, model: Path, *, files: Iterable[Path], json_out: Path | None, html: Path | None, misses: bool
) -> list[Outcome]:
    """Measure, print and write."""
    cases = read_cases(files)
    outcomes, seconds = asyncio.run(_ask_all(settings, model, cases))
    print_table(outcomes)
    if misses:
        print_misses(outcomes)
    if json_out:
        json_out.write_text(json.dumps(as_json(outcomes, seconds), ensure_ascii=False, indent=1), "utf-8")
    if html:
        write_report(html, model.name, outcomes)
        print(f"\nReport: {html}")
    return outcomes


async def _ask_all(settings: Settings, model: Path, cases: list[Case]) -> tuple[list[Outcome], list[float]]:
    reception = await open_reception(settings, model)
    outcomes, seconds = [], []
    for number, case in enumerate(cases):
        show_progress("cases", number, len(cases))
        start = time.perf_counter()
        outcomes.append(await ask(reception, case))
        seconds.append(time.perf_counter() - start)
    show_progress("cases", len(cases), len(cases))
    return outcomes, seconds


async def ask(reception: Reception, case: Case) -> Outcome:
    """One case as one new person, who is forgotten afterwards."""
    address = f"case {case.id}"
    for text in case.before:
        await reception.answer(Inbound("eval", address, text, role=case.role, forwarded=case.forwarded))
    replies = await reception.answer(Inbound("eval", address, case.text, role=case.role, forwarded=case.forwarded))
    people().erase(people().arrive("eval", address).id)
    return judge(case, replies[0]["custom"][ANSWER_RECORD])


def as_json(outcomes: list[Outcome], seconds: list[float]) -> dict[str, Any]:
    ordered = sorted(seconds)
    return {
        "summary": figures.summary(outcomes),
        "table": figures.table(outcomes),
        "signals": figures.signal_recall(outcomes),
        "confusions": figures.confusions(outcomes),
        "milliseconds": {"p50": 1000 * ordered[len(ordered) // 2], "p95": 1000 * ordered[int(len(ordered) * 0.95)]} if ordered else {},
        "misses": [asdict(outcome.case) | {"got": outcome.record} for outcome in outcomes if not outcome.is_right],
    }


def print_table(outcomes: list[Outcome]) -> None:
    """The table per kind, check and language, then the summary."""
    print(f"\n{'kind':14}{'check':11}{'lang':6}{'right':>6}{'total':>7}{'share':>8}   95% interval")
    for row in figures.table(outcomes):
        print(
            f"{row['kind']:14}{row['check']:11}{row['lang']:6}{row['right']:6}{row['total']:7}{100 * row['share']:7.1f}%"
            f"   {100 * row['low']:.0f}-{100 * row['high']:.0f}%"
        )
    print()
    for name, value in figures.summary(outcomes).items():
        print(f"{name:32}{100 * value:6.1f}%")


def print_misses(outcomes: list[Outcome]) -> None:
    """Each miss with what was wanted and what came."""
    for outcome in outcomes:
        if outcome.is_right:
            continue
        case, record = outcome.case, outcome.record
        wanted = case.topics or case.behaviour or case.services or case.signals or case.kind
        got = {key: record[key] for key in ("topic", "alternatives", "behaviour", "confidence")} | {"signal": record["signal"]["level"]}
        print(f"\n{case.id}  {case.text}\n   wanted {wanted}\n   got    {got}")
