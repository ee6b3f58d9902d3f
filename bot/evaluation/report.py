"""The HTML report of a measurement: tables and charts in one file that loads nothing. Owns its look."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Iterable
from pathlib import Path

from bot.evaluation import figures
from bot.evaluation.cases import Outcome
from knowledge.check import check_all

STYLE = """body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1c2b22;background:#fff}
table{border-collapse:collapse;margin:1rem 0}td,th{padding:.25rem .75rem;border-bottom:1px solid #ccd8cf;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}img{max-width:100%}caption{text-align:left;font-weight:600}"""


def write_report(path: Path, model: str, outcomes: list[Outcome]) -> None:
    """Write the report of these outcomes."""
    parts = [
        f"<h1>Kiem: what it understands</h1><p>Model {html.escape(model)}, {len(outcomes)} cases. Development cases: they guided the work.</p>",
        _table("Summary", ("figure", "%"), ((name, f"{100 * value:.1f}") for name, value in figures.summary(outcomes).items())),
        _picture("Topic right at once, per language", _accuracy_chart(outcomes)),
        _picture("Reliability: how often an answer is right at a confidence", _reliability_chart(outcomes)),
        _table("Topics taken for each other", ("expected", "answered", "times"), figures.confusions(outcomes)),
        _table(
            "Signals noticed at `soon` or higher",
            ("language", "domain", "level", "noticed", "of", "95% interval"),
            (
                (
                    row["lang"],
                    row["domain"],
                    row["level"],
                    row["noticed"],
                    row["total"],
                    f"{100 * row['low']:.0f}-{100 * row['high']:.0f}%",
                )
                for row in figures.signal_recall(outcomes)
            ),
        ),
        _table("Hardest texts to read, the worst first", ("score", "text", "what"), _hardest()),
        _table(
            "All figures",
            ("kind", "check", "language", "right", "of", "%", "95% interval"),
            (
                (
                    row["kind"],
                    row["check"],
                    row["lang"],
                    row["right"],
                    row["total"],
                    f"{100 * row['share']:.1f}",
                    f"{100 * row['low']:.0f}-{100 * row['high']:.0f}%",
                )
                for row in figures.table(outcomes)
            ),
        ),
    ]
    head = f'<meta charset="utf-8"><title>Kiem: report</title><style>{STYLE}</style>'
    page = f'<!doctype html><html lang="en">{head}<body>{"".join(parts)}</body></html>'
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, "utf-8")


def _hardest(most: int = 40) -> list[tuple[str, str, str]]:
    """Texts below the readability target (knowledge/readability.py)."""
    hard = [finding for finding in check_all() if finding.score is not None][:most]
    return [(f"{finding.score:.0f}", *finding.message.split(": ", 1)) for finding in hard]


def _table(caption: str, head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    cells = "".join(f"<th scope=col>{html.escape(name)}</th>" for name in head)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table><caption>{html.escape(caption)}</caption><tr>{cells}</tr>{body}</table>"


def _cell(value: object) -> str:
    kind = ' class="n"' if isinstance(value, (int, float)) else ""
    return f"<td{kind}>{html.escape(str(value))}</td>"


def _picture(title: str, png: bytes) -> str:
    data = base64.b64encode(png).decode()
    return f'<h2>{html.escape(title)}</h2><img alt="{html.escape(title)}; the numbers are in the tables" src="data:image/png;base64,{data}">'


def _accuracy_chart(outcomes: list[Outcome]) -> bytes:
    rows = [row for row in figures.table(outcomes) if row["kind"] == "topic" and row["check"] in ("topic", "tap")]
    languages = sorted({row["lang"] for row in rows})
    share = {(row["lang"], row["check"]): 100 * row["share"] for row in rows}

    def draw(axes) -> None:
        for check, shift, colour, label in (("tap", 0.2, "#b9d8c2", "within one tap"), ("topic", -0.2, "#2f7d4f", "at once")):
            axes.bar(
                [index + shift for index in range(len(languages))],
                [share.get((lang, check), 0) for lang in languages],
                0.4,
                color=colour,
                label=label,
            )
        axes.set_xticks(range(len(languages)), languages)
        axes.set_ylim(0, 100)
        axes.set_ylabel("%")
        axes.legend(loc="lower right")

    return _draw(draw)


def _reliability_chart(outcomes: list[Outcome]) -> bytes:
    points = figures.reliability(outcomes)

    def draw(axes) -> None:
        axes.plot([0, 1], [0, 1], color="#999", linestyle="--")
        axes.plot([sure for sure, _, _ in points], [right for _, right, _ in points], marker="o", color="#2f7d4f")
        axes.set_xlabel("confidence")
        axes.set_ylabel("share right")

    return _draw(draw)


def _draw(draw) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3.6), layout="constrained")
    draw(figure.add_subplot())
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer)
    return buffer.getvalue()
