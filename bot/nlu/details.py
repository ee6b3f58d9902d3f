"""Place, weeks of pregnancy and age of the child, found in a message by spaCy's matchers.

Owns extraction into entities, which fill the slots; what the words are is in knowledge/details.yml and knowledge/places.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import spacy
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message
from spacy.matcher import Matcher, PhraseMatcher
from spacy.tokens import Doc, Span

from bot.nlu.encoding import clean
from knowledge.files import ROOT, read_yaml
from knowledge.places.gazetteer import gazetteer

LONGEST_PREGNANCY = 42  # weeks
OLDEST_CHILD = 36  # months
WEEKS_PER_MONTH = 52 / 12
_NUMBER_AND_UNIT = re.compile(r"(\d)-?(?=[^\W\d_])")


class Details:
    """Finds details in a cleaned text. A blank multilingual pipeline: it tokenises, no model is loaded."""

    def __init__(self) -> None:
        self._nlp = spacy.blank("xx")
        self._places = gazetteer()
        self._words = {kind: frozenset(words) for kind, words in read_yaml(ROOT / "details.yml").items()}
        self._names = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._names.add("place", list(self._nlp.tokenizer.pipe(self._places.names)))
        self._ages = Matcher(self._nlp.vocab)
        for kind in ("week", "month", "year"):
            unit = {"LOWER": {"IN": sorted(self._words[kind])}}
            self._ages.add(kind, [[{"LIKE_NUM": True}, unit]])

    def find(self, text: str) -> list[dict[str, Any]]:
        """Entities in Rasa's form: place and region, weeks, months."""
        doc = self._nlp(_split_numbers(text))
        return [*self._place(doc), *self._age(doc)]

    def _place(self, doc: Doc) -> list[dict[str, Any]]:
        spans = [doc[start:end] for _, start, end in self._names(doc)]
        spans += [doc[token.i : token.i + 1] for token in doc if token.text.isdigit() and len(token.text) == 4]
        for span in sorted(spans, key=lambda span: (-len(span), span.start)):
            place = self._places.find(span.text)
            if place and self._is_meant(span, doc):
                return [_entity("place", span.text, span), _entity("region", place.region, span)]
        return []

    def _is_meant(self, span: Span, doc: Doc) -> bool:
        """Everyday words, years and amounts are places only after a word such as "in"."""
        before = doc[span.start - 1].lower_ if span.start else ""
        if span.text.isdigit():
            after = doc[span.end].lower_ if span.end < len(doc) else ""
            alone = len(doc) == 1 or self._places.find(after) is not None
            return alone or before in self._places.before_a_place
        if span.text.lower() in self._places.everyday_words or len(span.text) < 4:
            return before in self._places.before_a_place
        return True

    def _age(self, doc: Doc) -> list[dict[str, Any]]:
        pregnant = any(token.lower_ in self._words["pregnant"] for token in doc)
        found = []
        for kind, start, end in self._ages(doc):
            number = _number(doc[start].text)
            if number is not None:
                found.append(_reading(self._nlp.vocab.strings[kind], number, pregnant, doc[start:end]))
        return [entity for entity in found if entity][:1]


def _reading(unit: str, number: float, pregnant: bool, span: Span) -> dict[str, Any] | None:
    """What a number with a unit says: weeks of pregnancy, or months of age."""
    if pregnant:
        weeks = {"week": number, "month": number * WEEKS_PER_MONTH}.get(unit)
        return _entity("weeks", round(weeks), span) if weeks and weeks <= LONGEST_PREGNANCY else None
    months = {"week": number / WEEKS_PER_MONTH, "month": number, "year": number * 12}[unit]
    return _entity("months", int(months), span) if months <= OLDEST_CHILD else None


def _entity(name: str, value: Any, span: Span) -> dict[str, Any]:
    return {"entity": name, "value": value, "start": span.start_char, "end": span.end_char, "extractor": "DetailExtractor"}


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None  # a number in words


def _split_numbers(text: str) -> str:
    """ "32w", "6mnd" and "7-months" are a number and a unit."""
    return _NUMBER_AND_UNIT.sub(r"\1 ", text)


@cache
def details() -> Details:
    """The finder of this process."""
    return Details()


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class DetailExtractor(GraphComponent):
    """Adds the entities to a message. Offsets count in the cleaned text, with numbers parted from their unit."""

    @classmethod
    def create(cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext) -> DetailExtractor:
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            text = clean(message.get(TEXT) or "")
            if not text.startswith(INTENT_MESSAGE_PREFIX):
                message.set(ENTITIES, message.get(ENTITIES, []) + details().find(text), add_to_output=True)
        return messages
