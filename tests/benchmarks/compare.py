"""Kiem's classifier, Rasa's default pipeline and nlp.js on the same training and case files. Owns the comparison.

All three learn the same examples of nl, fr and en (the first ones of each topic) and are asked the same topic cases. Rasa's own and nlp.js
run in processes of their own, so that their memory is theirs.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

import yaml

from bot.evaluation.cases import Case, read_cases
from bot.nlu.language import read_labelled
from bot.settings import PROJECT, current

LANGUAGES = ("nl", "fr", "en")
NLP_JS = "4.27.0"
DEFAULT_PIPELINE = [
    {"name": "WhitespaceTokenizer"},
    {"name": "RegexFeaturizer"},
    {"name": "LexicalSyntacticFeaturizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
    {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
]

Examples = list[tuple[str, str]]  # (intent, text)


def examples(per_topic: int) -> Examples:
    """The first examples of each topic, the same number per language."""
    taken: dict[tuple[str, str], int] = defaultdict(int)
    chosen = []
    for language, intent, text in read_labelled(PROJECT / "nlu_data"):
        if language in LANGUAGES and taken[language, intent] < per_topic:
            taken[language, intent] += 1
            chosen.append((intent, text))
    return chosen


def cases() -> list[Case]:
    return [case for lang in LANGUAGES for case in read_cases([PROJECT / "tests" / "cases" / f"topics-{lang}.jsonl"])]


def result(name: str, guesses: list[str], asked: list[Case], train: float, seconds: list[float], memory: float) -> dict:
    """One row of the table. `memory` in MB, `train` in seconds."""
    right = sum(guess in case.topics for guess, case in zip(guesses, asked, strict=False))
    ordered = sorted(seconds)
    return {
        "name": name,
        "accuracy": right / len(asked),
        "train_s": train,
        "p50_ms": 1000 * ordered[len(ordered) // 2],
        "p95_ms": 1000 * ordered[int(0.95 * len(ordered))],
        "memory_mb": memory,
    }


def measure_kiem(learned: Examples, asked: list[Case]) -> dict:
    """Our topic model on our encoder, vectors of the training texts computed anew."""
    from bot.nlu.encoding import SentenceEncoder, clean
    from bot.nlu.judgement import TopicModel

    texts = [clean(text) for _, text in learned]
    with tempfile.TemporaryDirectory() as empty:
        encoder = SentenceEncoder(Path(empty), threads=os.cpu_count() or 1)
        start = time.perf_counter()
        model = TopicModel.fit(texts, [intent for intent, _ in learned], encoder.encode_corpus(texts), lambda *_: None)
        train = time.perf_counter() - start
    encoder = SentenceEncoder(current().cache)
    encoder.load()
    guesses, seconds = [], []
    for case in asked:
        start = time.perf_counter()
        text = clean(case.text)
        guesses.append(model.guess(text, encoder.encode([text]), 1).ranking[0][0])
        seconds.append(time.perf_counter() - start)
    return result("Kiem", guesses, asked, train, seconds, _own_memory())


def measure_rasa(learned: Examples, asked: list[Case]) -> dict:
    """Rasa's default pipeline, with TensorFlow."""
    import asyncio

    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    by_intent = defaultdict(list)
    for intent, text in learned:
        by_intent[intent].append(text)
    with tempfile.TemporaryDirectory() as folder:
        data, config = Path(folder) / "nlu.yml", Path(folder) / "config.yml"
        entries = [{"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_intent.items()]
        data.write_text(yaml.safe_dump({"version": "3.1", "nlu": entries}, allow_unicode=True), "utf-8")
        config.write_text(
            yaml.safe_dump(
                {
                    "recipe": "default.v1",
                    "assistant_id": "default",
                    "language": "nl",
                    "pipeline": DEFAULT_PIPELINE,
                    "policies": [],
                }
            ),
            "utf-8",
        )
        start = time.perf_counter()
        model = train_nlu(str(config), str(data), folder)
        train = time.perf_counter() - start
        agent = Agent.load(model)
        guesses, seconds = [], []
        for case in asked:
            start = time.perf_counter()
            guesses.append(asyncio.run(agent.parse_message(case.text))["intent"]["name"])
            seconds.append(time.perf_counter() - start)
    return result("Rasa default (DIET)", guesses, asked, train, seconds, _own_memory())


def measure_nlp_js(learned: Examples, asked: list[Case]) -> dict | None:
    """nlp.js in Node; None where Node is not there."""
    if not shutil.which("npm"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", f"node-nlp@{NLP_JS}"], cwd=work, check=True)
        (work / "in.json").write_text(json.dumps({"examples": learned, "cases": [case.text for case in asked]}), "utf-8")
        shutil.copy(Path(__file__).parent / "nlp_js.cjs", work / "run.cjs")
        subprocess.run(["node", "run.cjs"], cwd=work, check=True, stdout=subprocess.DEVNULL)
        out = json.loads((work / "out.json").read_text("utf-8"))
    return result("nlp.js", out["guesses"], asked, out["train"], out["seconds"], out["memory"])


def _own_memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


MEASURES = {"kiem": measure_kiem, "rasa": measure_rasa, "nlp.js": measure_nlp_js}


def compare(per_topic: int) -> list[dict]:
    """All rows; each candidate in a process of its own."""
    rows = []
    for name in MEASURES:
        ran = subprocess.run([sys.executable, "-m", "tests.benchmarks.compare", name, str(per_topic)], capture_output=True, text=True, cwd=PROJECT)
        if ran.returncode:
            print(f"{name}: failed\n{ran.stderr[-800:]}", file=sys.stderr)
            continue
        row = json.loads(ran.stdout.splitlines()[-1])
        if row:
            rows.append(row)
    return rows


if __name__ == "__main__":
    print(json.dumps(MEASURES[sys.argv[1]](examples(int(sys.argv[2])), cases())))
