"""Training: when the model is stale and making it anew. Owns the model's name, which is a hash of all it was made from."""

from __future__ import annotations

import hashlib
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
SERVICES = (PROJECT / "knowledge" / "social_map" / "categories.yml", PROJECT / "knowledge" / "social_map" / "examples")
MADE_FROM = (CONFIG, DOMAIN, DATA, PROJECT / "bot" / "nlu", *SERVICES, PROJECT / "requirements.lock")
KEPT = 2  # older models beside the current one


def model_path(settings: Settings) -> Path:
    """Where the model for the present data is, or will be."""
    digest = hashlib.sha256(settings.encoder.encode())
    for source in MADE_FROM:
        for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
            if path.suffix in {".yml", ".py", ".lock", ".npz"}:
                digest.update(path.relative_to(PROJECT).as_posix().encode() + b"\0" + path.read_bytes())
    return settings.models / f"kiem-{digest.hexdigest()[:12]}.tar.gz"


def ensure_model(settings: Settings) -> Path:
    """The path of a model for the present data; trains it when there is none.

    Raises:
        NoModel: training failed; the message says where to look.
    """
    path = model_path(settings)
    if not path.is_file():
        report("training the model: the first time takes a few minutes", 0, 1)
        train(path)
        _remove_old(settings.models)
    return path


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


def _remove_old(folder: Path) -> None:
    for old in sorted(folder.glob("kiem-*.tar.gz"), key=lambda path: path.stat().st_mtime)[: -(KEPT + 1)]:
        old.unlink()
