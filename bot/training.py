"""Training: when a model is stale and making it anew. Owns the models' names, which are hashes of all they were made from.

Two models: Rasa's (an archive) and the safety gate's (a folder), which works without Rasa.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from bot.errors import NoModel
from bot.progress import report
from bot.settings import PROJECT, Settings
from bot.without_tensorflow import keep_tensorflow_out

CONFIG = PROJECT / "bot" / "config.yml"
DOMAIN = PROJECT / "bot" / "domain"
DATA = PROJECT / "nlu_data"
SIGNALS = PROJECT / "knowledge" / "signals"
MADE_FROM = (CONFIG, DOMAIN, DATA, PROJECT / "bot" / "nlu", PROJECT / "requirements.lock")
LEARNING = ("head.py", "training.py", "examples.py")  # of the gate; its rules and thresholds need no training
GATE_MADE_FROM = (
    *(SIGNALS / name for name in ("examples", "asked", "touching_danger.yml")),
    *(PROJECT / "bot" / "safety" / name for name in LEARNING),
    *(MADE_FROM[2:]),
)
KEPT = 2  # older models beside the current one


def model_path(settings: Settings) -> Path:
    """Where Rasa's model for the present data is, or will be."""
    return settings.models / f"kiem-{_digest(settings, MADE_FROM)}.tar.gz"


def gate_path(settings: Settings) -> Path:
    """Where the gate's model for the present examples is, or will be."""
    return settings.models / f"gate-{_digest(settings, GATE_MADE_FROM)}"


def _digest(settings: Settings, made_from: tuple[Path, ...]) -> str:
    digest = hashlib.sha256(settings.encoder.encode())
    for source in made_from:
        for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if path.suffix in {".yml", ".py", ".lock", ".npz", ".tsv"}:
                digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def ensure_model(settings: Settings) -> Path:
    """The path of a model for the present data; trains it when there is none.

    Raises:
        NoModel: training failed; the message says where to look.
    """
    path = model_path(settings)
    if not path.is_file():
        report("training the model: the first time takes a few minutes", 0, 1)
        train(path)
        _remove_old(settings.models, "kiem-*.tar.gz")
    return path


def ensure_gate(settings: Settings) -> Path:
    """The folder of the gate's model for the present examples; trains it when there is none."""
    path = gate_path(settings)
    if not path.is_dir():
        train_gate(settings, path)
        _remove_old(settings.models, "gate-*")
    return path


def train_gate(settings: Settings, target: Path) -> None:
    """Fit the gate's head and put its files at `target`, whole or not at all."""
    from bot.nlu.encoding import SentenceEncoder, clean
    from bot.nlu.language import read_labelled
    from bot.safety.training import fit_gate

    target.parent.mkdir(parents=True, exist_ok=True)
    encoder = SentenceEncoder(settings.cache, kind=settings.encoder, threads=os.cpu_count() or 1)
    model = fit_gate(read_labelled(DATA), lambda texts: encoder.encode_corpus(texts, report), clean, report)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        made = Path(folder) / "gate"
        made.mkdir()
        model.save(made)
        made.rename(target)


def train(target: Path) -> None:
    """Train with Rasa and put the model at `target`, whole or not at all."""
    keep_tensorflow_out()
    from rasa.shared.exceptions import RasaException

    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        try:
            made = _train_with_rasa(Path(folder), target.name.removesuffix(".tar.gz"))
        except RasaException as error:
            raise NoModel(f"Training failed: {error}. `make check` may say which file is broken.") from error
        shutil.move(made, target)


def _train_with_rasa(folder: Path, name: str) -> str:
    from rasa.model_training import train as train_with_rasa

    result = train_with_rasa(
        domain=str(DOMAIN),
        config=str(CONFIG),
        training_files=[str(DATA)],
        output=str(folder),
        fixed_model_name=name,
        force_training=True,
    )
    if not result.model:
        raise NoModel("Rasa trained no model. Run `make check`.")
    return result.model


def _remove_old(folder: Path, pattern: str) -> None:
    for old in sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime)[: -(KEPT + 1)]:
        shutil.rmtree(old) if old.is_dir() else old.unlink()
