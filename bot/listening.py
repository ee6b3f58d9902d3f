"""What hears a message without Rasa: the gate and the language of the reply. Owns loading them from the trained models."""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from bot.errors import NoModel
from bot.nlu.characters import CharacterModel
from bot.nlu.encoding import clean, shared_encoder
from bot.nlu.language import MODEL, language_of_reply
from bot.safety.gate import Gate, load_gate
from bot.settings import Settings
from bot.signals.net import Identify
from bot.training import ensure_gate


def read_language_model(model: Path) -> CharacterModel:
    """The language identifier inside Rasa's model.

    Raises:
        NoModel: the archive holds none.
    """
    try:
        with tarfile.open(model) as archive:
            name = next(name for name in archive.getnames() if name.endswith(f"/{MODEL}"))
            saved = np.load(BytesIO(archive.extractfile(name).read()))
    except (OSError, tarfile.TarError, StopIteration) as error:
        raise NoModel(f"The model {model.name} holds no language identifier. Delete it and run `make train`.") from error
    return CharacterModel(tuple(saved["languages"].tolist()), saved["weights"], saved["bias"])


def open_gate(settings: Settings, languages: CharacterModel) -> Gate:
    """The safety gate; its model is trained when there is none for the present examples."""
    encoder = shared_encoder(settings.cache, settings.encoder, settings.encoder_threads)
    encoder.load()
    return load_gate(ensure_gate(settings), encoder.encode, lambda text: [name for name, _ in languages.likeliest(clean(text))])


def reply_language(languages: CharacterModel) -> Identify:
    """Which language to answer a text in, as the dialogue decides it too."""

    def identify(text: str, known: dict[str, Any]) -> str:
        cleaned = clean(text)
        detected, sure = languages.judge(cleaned)
        return language_of_reply(detected, sure, cleaned, known)

    return identify
