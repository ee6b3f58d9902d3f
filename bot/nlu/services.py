"""Whether a message looks for a service, and of which kinds.

Owns the graph component and its gate: a linear head on the sentence vector of the message (the encoder remembers it: no second pass) and the
lexicon of knowledge/social_map. It does not know the entries.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.encoding import SentenceEncoder, clean, shared_encoder
from bot.nlu.head import LinearHead, softmax
from bot.nlu.judgement import OUTSIDE
from bot.progress import report
from bot.settings import current
from knowledge.files import ROOT, read_yaml
from knowledge.library import library
from knowledge.social_map.categories import categories

FOLDER = ROOT / "social_map"
FIND = "find_service"  # the intent of a search that nothing else explains
OUT, TALK, QUESTION = "(outside)", "(talk)", "(question)"  # classes of the head that are no category
SAMPLE = 4000  # examples of talk and of questions that the head sees: as many as it has searches
FRAMES_PER_WORD = 2
TOWNS = ("Gent", "Antwerpen", "Namur", "Liège", "Brussels", "Jette", "Leuven", "Charleroi", "Brugge", "Mons")
WORD_WEIGHT = 2.0  # of one lexicon hit, against the log-probability of the head
MOST_WORDS = 2.5  # hits that count
KEPT = 4  # categories handed on
PROFESSIONAL_ONLY = 3.0  # taken off what only professionals look for

# Chosen on the development cases: what is out of scope must stay without services, a question with a town or a "who" in it gets them.
SURE = 0.5  # share of the head in all categories: certainly a search
STRONG = 0.6  # what a message needs that the topics took for out of scope
HARDLY_OUT = 0.15
LIKELY_OUT = 0.4
NAMED = 0.12  # enough where a town and a word of the lexicon are named as well
ASKED = 0.3  # enough where it asks for somebody and a word of the lexicon is named


@dataclass(frozen=True)
class Reading:
    """How the head and the words read a message: shares of searching, of being outside, and weights by category."""

    searching: float
    outside: float
    weights: dict[str, float]
    words: float


class ServiceReader:
    """Reads messages with the fitted head."""

    def __init__(self, head: LinearHead) -> None:
        self._head = head
        self._columns = {name: head.classes.index(name) for name in categories().ids}
        self._outside = head.classes.index(OUT)
        asking = read_yaml(FOLDER / "asking.yml")
        self._asking = {language: frozenset(words) for language, words in asking.items()}

    def read(self, text: str, vector: np.ndarray, language: str, *, professional: bool) -> Reading:
        """Read one cleaned text with its vector (1, width)."""
        shares = softmax(self._head.logits(vector))[0]
        hits = categories().scores(text, language)
        logs = {
            name: float(np.log(shares[column] + 1e-9)) + WORD_WEIGHT * min(hits.get(name, 0.0), MOST_WORDS) for name, column in self._columns.items()
        }
        for name in () if professional else categories().for_professionals:
            logs[name] -= PROFESSIONAL_ONLY
        best = sorted(logs, key=logs.__getitem__, reverse=True)[:KEPT]
        weights = softmax(np.array([logs[name] for name in best]))
        searching = float(sum(shares[column] for column in self._columns.values()))
        named = dict(zip(best, map(float, weights), strict=True))
        return Reading(searching, float(shares[self._outside]), named, max(hits.values(), default=0.0))

    def asks(self, text: str, language: str) -> bool:
        """Whether it asks for somebody, a place or a number by its words."""
        padded = f" {' '.join(text.lower().replace('?', ' ').replace(',', ' ').split())} "
        words = self._asking.get(language, frozenset()) | self._asking["en"]
        return any(f" {word} " in padded or (len(word) > 4 and f" {word}" in padded) for word in words)


def wants_services(reading: Reading, *, place: bool, asks: bool, rejected: bool, behaviour: bool) -> bool:
    """The gate. `rejected`: the topics took it for out of scope; `behaviour`: for a greeting, thanks, a wish for a human and so on."""
    if rejected:
        certain = reading.searching >= STRONG and reading.outside < HARDLY_OUT and (place or reading.words > 0)
        named = reading.words >= 1 and reading.outside < HARDLY_OUT
        return certain or (named and (reading.searching >= NAMED if place else asks and reading.searching >= ASKED))
    if behaviour:
        return (reading.searching >= SURE and reading.words > 0) or (place and reading.searching >= SURE)
    if reading.outside >= LIKELY_OUT:
        return False
    return place or reading.searching >= SURE or (reading.words >= 1 and asks)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class ServiceFinder(GraphComponent):
    """Sets `services` ({"wanted": bool, "searching": 0..1, "asks": bool, "categories": {id: weight}}) on a message.

    The intent becomes `find_service` where no topic explains the message.
    """

    def __init__(self, storage: ModelStorage, resource: Resource, reader: ServiceReader | None = None) -> None:
        self._storage = storage
        self._resource = resource
        self._reader = reader
        settings = current()
        self._encoder = shared_encoder(settings.cache, settings.encoder, settings.encoder_threads)

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> ServiceFinder:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **_: Any
    ) -> ServiceFinder:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, ServiceReader(LinearHead.load(folder)))

    def train(self, training_data: TrainingData) -> Resource:
        settings = current()
        texts, labels = map(list, zip(*examples(training_data), strict=True))
        vectors = SentenceEncoder(settings.cache, kind=settings.encoder, threads=2).encode_corpus(list(map(clean, texts)), report)
        with self._storage.write_to(self._resource) as folder:
            LinearHead.fit(vectors, labels).save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = clean(message.get(TEXT) or "")
            if self._reader is not None and text and not text.startswith(INTENT_MESSAGE_PREFIX):
                self._judge(message, text)
        return messages

    def _judge(self, message: Message, text: str) -> None:
        intent = (message.get(INTENT) or {}).get("name") or ""
        language = (message.get("language") or {}).get("reply") or "nl"
        role = (message.get("metadata") or {}).get("role") or "parent"
        reading = self._reader.read(text, self._encoder.encode([text]), language, professional=role != "parent")
        topic = intent in library().topics
        asks = self._reader.asks(text, language)
        wanted = wants_services(
            reading,
            place=any(entity["entity"] == "place" for entity in message.get(ENTITIES, [])),
            asks=asks or role == "professional",
            rejected=intent == OUTSIDE or (message.get("understanding") or {}).get("verdict") == "out",
            behaviour=not topic and intent != OUTSIDE,
        )
        found = {
            "wanted": wanted,
            "searching": round(reading.searching, 3),
            "categories": {name: round(weight, 4) for name, weight in reading.weights.items()},
        }
        message.set("services", found, add_to_output=True)
        if wanted and not topic:
            message.set(INTENT, {"name": FIND, "confidence": round(reading.searching, 4)}, add_to_output=True)


def examples(training_data: TrainingData) -> Iterable[tuple[str, str]]:
    """(text, class): searches from the words and sentences of knowledge/social_map, the rest from the intents."""
    chance = random.Random(0)  # noqa: S311 - the same choice every time
    yield from _searches(chance)
    for sentences in read_yaml(FOLDER / "examples" / "outside.yml").values():
        for sentence in sentences:
            yield from ((sentence.replace("{place}", town), OUT) for town in chance.sample(TOWNS, 2))
    kinds: dict[str, list[str]] = {OUT: [], TALK: [], QUESTION: []}
    for example in training_data.intent_examples:
        intent, text = example.get(INTENT), example.get(TEXT)
        if text and intent != FIND:
            kinds[OUT if intent == OUTSIDE else QUESTION if intent in library().topics else TALK].append(text)
    for kind, texts in kinds.items():
        few = texts if kind == OUT else chance.sample(texts, min(SAMPLE, len(texts)))
        yield from ((text, kind) for text in few)


def _searches(chance: random.Random) -> Iterable[tuple[str, str]]:
    frames: dict[str, list[str]] = read_yaml(FOLDER / "examples" / "frames.yml")
    for category in categories().ids:
        for language, sentences in frames.items():
            for word in [categories().name(category, language), *categories().words[category].get(language, ())]:
                for frame in chance.sample(sentences, FRAMES_PER_WORD):
                    yield frame.replace("{what}", word).replace("{place}", chance.choice(TOWNS)), category
    for language in ("nl", "fr", "en"):
        for category, sentences in read_yaml(FOLDER / "examples" / f"{language}.yml").items():
            for sentence in sentences:
                yield sentence, category
                yield f"{sentence} {chance.choice(TOWNS)}", category
