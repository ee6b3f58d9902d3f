"""Which language a message is in, and so which one the reply is in. Owns the choice; the model is `characters`, people's own wish `people`.

It decides the reply only: the topic classifier does not need it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.characters import LANGUAGES, CharacterModel
from bot.nlu.encoding import clean
from bot.settings import PROJECT
from knowledge.files import ROOT, read_yaml

SURE = 0.85  # below this, or in a short message, the language of the conversation goes on
SHORT = 16  # letters: a follow-up such as "et en Wallonie ?" says more about the place than about the language
SHORT_AND_SURE = 0.97
MODEL = "language.npz"


def read_labelled(folder: Path) -> Iterable[tuple[str, str, str]]:
    """(language, intent, text) of every training example below `folder/<language>/`."""
    for language in LANGUAGES:
        for path in sorted((folder / language).glob("*.yml")):
            for entry in yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["nlu"]:
                for line in entry["examples"].splitlines():
                    if line.strip().startswith("- "):
                        yield language, entry["intent"], line.strip()[2:]


def read_examples(folder: Path) -> Iterable[tuple[str, str]]:
    """(language, text) of every training example."""
    return ((language, text) for language, _, text in read_labelled(folder))


def language_of_reply(detected: str, sure: float, text: str, metadata: dict[str, Any]) -> str:
    """The person's own choice; else the message's language where the evidence is strong; else the conversation's.

    A short, doubtful message with no conversation before it goes by the list of first words.
    """
    before = metadata.get("language")
    if before and metadata.get("language_chosen"):
        return before
    letters = sum(character.isalpha() for character in text)
    if not letters:
        return before or "nl"
    short = letters < SHORT and sure < SHORT_AND_SURE
    if before:
        return before if short or sure < SURE else detected
    return first_words().get(_bare(text), detected) if short else detected


@cache
def first_words() -> dict[str, str]:
    """Greetings and cries for help with their language (knowledge/first_words.yml)."""
    return {_bare(word): language for language, words in read_yaml(ROOT / "first_words.yml").items() for word in words}


def _bare(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Sets `language` on a message: {"reply": code, "detected": code, "sure": 0..1}."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: CharacterModel | None = None) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"examples": "nlu_data"}

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LanguageIdentifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> LanguageIdentifier:
        with model_storage.read_from(resource) as folder, np.load(folder / MODEL) as saved:
            model = CharacterModel(tuple(saved["languages"].tolist()), saved["weights"], saved["bias"])
        return cls(config, model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        languages, texts = zip(
            *((language, clean(text).lower()) for language, text in read_examples(PROJECT / self._config["examples"])), strict=False
        )
        self._model = CharacterModel.fit(list(texts), list(languages))
        with self._storage.write_to(self._resource) as folder:
            weights = self._model.weights.astype(np.float16)
            np.savez(folder / MODEL, languages=np.array(self._model.languages), weights=weights, bias=self._model.bias)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add to examples: the classifier reads their language from where they stand."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = clean(message.get(TEXT) or "")
            metadata = message.get("metadata") or {}
            detected, sure = self._model.judge(text)
            reply = language_of_reply(detected, sure, text, metadata)
            message.set("language", {"reply": reply, "detected": detected, "sure": round(sure, 3)}, add_to_output=True)
        return messages
