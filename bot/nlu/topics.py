"""Which topic (or behaviour) a message is about: the intent of Rasa.

Owns the graph component; the judging is `judgement`.
"""

from __future__ import annotations

import os
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoding import SentenceEncoder, clean, shared_encoder
from bot.nlu.judgement import TopicModel
from bot.nlu.questions import goes_on, split_questions
from bot.progress import report
from bot.settings import current

LEANING = "unclear"  # the intent of a message that only the conversation before it explains: the answering action takes it
STANDS_ALONE = 0.6  # the confidence from which a short message is read by itself all the same
MOST_PARTS = 3  # questions of one message that are judged apart; each costs a pass of the encoders


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent):
    """Sets `intent`, `intent_ranking` and `understanding` ({"verdict": answer|unsure|out, "scope": float}) on a message."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: TopicModel | None = None) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._model = model
        settings = current()
        self._encoder = shared_encoder(settings.cache, settings.encoder, settings.encoder_threads)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {"most": 6}

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> TopicClassifier:
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> TopicClassifier:
        with model_storage.read_from(resource) as folder:
            component = cls(config, model_storage, resource, TopicModel.load(folder))
        component._encoder.load(report)
        return component

    def train(self, training_data: TrainingData) -> Resource:
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        texts = [clean(example.get(TEXT)) for example in examples]
        vectors = self._bulk_encoder().encode_corpus(texts, report)
        self._model = TopicModel.fit(texts, [example.get(INTENT) for example in examples], vectors, report)
        with self._storage.write_to(self._resource) as folder:
            self._model.save(folder)
        return self._resource

    def _bulk_encoder(self) -> SentenceEncoder:
        """Many texts at once are worth all processors; a single message is not."""
        settings = current()
        return SentenceEncoder(settings.cache, kind=settings.encoder, threads=os.cpu_count() or 1)

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = clean(message.get(TEXT) or "")
            if text.startswith(INTENT_MESSAGE_PREFIX):
                continue  # a button: Rasa's own regex handler reads it
            self._judge(message, text)
        return messages

    def _judge(self, message: Message, text: str) -> None:
        guess = self._model.guess(text, self._encoder.encode([text]), self._config["most"])
        ranking = [{"name": name, "confidence": round(float(sure), 4)} for name, sure in guess.ranking]
        best = ranking[0]
        if goes_on(text) and best["confidence"] < STANDS_ALONE:
            best = {"name": LEANING, "confidence": best["confidence"]}
        message.set(INTENT, best, add_to_output=True)
        message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        message.set("understanding", {"verdict": guess.verdict, "scope": round(float(guess.scope), 3)}, add_to_output=True)
        message.set("parts", [self._judge_part(part) for part in split_questions(text)[:MOST_PARTS]], add_to_output=True)

    def _judge_part(self, text: str) -> dict[str, Any]:
        name, sure = self._model.guess(text, self._encoder.encode([text]), 1).ranking[0]
        return {"name": name, "confidence": round(float(sure), 4)}
