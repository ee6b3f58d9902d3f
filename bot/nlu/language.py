"""Which language a message is in, and so which one the reply is in. Owns identification; people's own choice is in `people`.

Two judges whose log-probabilities add up: py3langid (97 languages, no Somali) and a linear model on character n-grams, trained
on our own examples, which knows the short, dialectal messages of this domain. It decides the reply only: the topic
classifier does not need it, except to know whether the second encoder speaks the language.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from py3langid.langid import MODEL_FILE
from py3langid.langid import LanguageIdentifier as Langid
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import LogisticRegression

from bot.nlu.encoding import clean
from bot.settings import PROJECT

LANGUAGES = ("nl", "fr", "en", "de", "ar", "tr", "fa", "ps", "uk", "ru", "ro", "pl", "es", "pt", "it", "bg", "so", "sq")
UNKNOWN_TO_LANGID = ("so",)
SURE = 0.85  # below this, or in a short message, the language of the conversation goes on
SHORT = 12  # letters
SHORT_AND_SURE = 0.97
FLOOR = -8.0  # the worst that one judge can do to a language: no single judge has a veto
MODEL = "language.npz"


class CharacterModel:
    """Linear model on hashed character n-grams: `weights` (languages, 2**15) float16, `bias` (languages,)."""

    vectorizer = HashingVectorizer(analyzer="char_wb", ngram_range=(1, 4), n_features=2**15, alternate_sign=False)

    def __init__(self, languages: tuple[str, ...], weights: np.ndarray, bias: np.ndarray) -> None:
        self.languages = languages
        self.weights = weights.astype(np.float32)
        self.bias = bias.astype(np.float32)

    @classmethod
    def fit(cls, texts: list[str], languages: list[str]) -> CharacterModel:
        model = LogisticRegression(C=30, max_iter=60, solver="lbfgs", class_weight="balanced")
        model.fit(cls.vectorizer.transform(texts), languages)
        return cls(tuple(model.classes_), model.coef_, model.intercept_)

    def log_probabilities(self, text: str) -> dict[str, float]:
        row = self.vectorizer.transform([text])
        scores = self.bias.copy()
        scores += self.weights[:, row.indices] @ row.data.astype(np.float32)
        scores -= scores.max()
        scores -= math.log(float(np.exp(scores).sum()))
        return dict(zip(self.languages, scores.tolist()))


class Judges:
    """Both judges together."""

    def __init__(self, own: CharacterModel) -> None:
        self._own = own
        self._langid = Langid.from_pickled_model(MODEL_FILE, norm_probs=True)
        self._langid.set_languages([language for language in LANGUAGES if language not in UNKNOWN_TO_LANGID])

    def judge(self, text: str) -> tuple[str, float]:
        """The likeliest language of a cleaned text and its probability."""
        own = self._own.log_probabilities(text.lower())
        other = {language: math.log(max(float(p), 1e-9)) for language, p in self._langid.rank(text)}
        average = sum(max(value, FLOOR) for value in other.values()) / len(other)
        scores = {language: max(own.get(language, FLOOR), FLOOR) + max(other.get(language, average), FLOOR) for language in LANGUAGES}
        best = max(scores, key=scores.__getitem__)
        return best, 1 / sum(math.exp(score - scores[best]) for score in scores.values())


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
    """The person's own choice; else the message's language where the evidence is strong; else the conversation's."""
    before = metadata.get("language")
    if before and metadata.get("language_chosen"):
        return before
    letters = sum(character.isalpha() for character in text)
    if before and (sure < SURE or (letters < SHORT and sure < SHORT_AND_SURE)):
        return before
    return detected if letters else (before or "nl")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=True)
class LanguageIdentifier(GraphComponent):
    """Sets `language` on a message: {"reply": code, "detected": code, "sure": 0..1}."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, judges: Judges | None = None) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._judges = judges

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
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **_: Any
    ) -> LanguageIdentifier:
        with model_storage.read_from(resource) as folder, np.load(folder / MODEL) as saved:
            own = CharacterModel(tuple(saved["languages"].tolist()), saved["weights"], saved["bias"])
        return cls(config, model_storage, resource, Judges(own))

    def train(self, training_data: TrainingData) -> Resource:
        languages, texts = zip(*((language, clean(text).lower()) for language, text in read_examples(PROJECT / self._config["examples"])))
        own = CharacterModel.fit(list(texts), list(languages))
        self._judges = Judges(own)
        with self._storage.write_to(self._resource) as folder:
            np.savez(
                folder / MODEL, languages=np.array(own.languages), weights=own.weights.astype(np.float16), bias=own.bias
            )
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Nothing to add to examples: the classifier reads their language from where they stand."""
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = clean(message.get(TEXT) or "")
            metadata = message.get("metadata") or {}
            detected, sure = self._judges.judge(text)
            reply = language_of_reply(detected, sure, text, metadata)
            message.set("language", {"reply": reply, "detected": detected, "sure": round(sure, 3)}, add_to_output=True)
        return messages
