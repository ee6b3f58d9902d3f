"""Place, weeks of pregnancy and age of the child, found in a message by spaCy's matchers.

Owns extraction into entities, which fill the slots; what the words are is in knowledge/details.yml and knowledge/places.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
from spacy.matcher import Matcher
from spacy.tokens import Doc, Span

from bot.nlu.encoding import clean
from knowledge.files import ROOT, read_yaml
from knowledge.places.gazetteer import Place, gazetteer

LONGEST_PREGNANCY = 42  # weeks
OLDEST_CHILD = 36  # months
WEEKS_PER_MONTH = 52 / 12
ENDS = (".", "!", "?", "\n")  # after these a capital says nothing
LONGEST_NAME = 7  # tokens; a hyphen is one
_NUMBER_AND_UNIT = re.compile(r"(\d)-?(?=[^\W\d_])")


class Details:
    """Finds details in a cleaned text. A blank multilingual pipeline: it tokenises, no model is loaded."""

    def __init__(self) -> None:
        self._nlp = spacy.blank("xx")
        self._places = gazetteer()
        self._words = {kind: frozenset(words) for kind, words in read_yaml(ROOT / "details.yml").items()}
        self._ages = Matcher(self._nlp.vocab)
        for kind in ("week", "month", "year"):
            unit = {"LOWER": {"IN": sorted(self._words[kind])}}
            self._ages.add(kind, [[{"LIKE_NUM": True}, unit]])

    def find(self, text: str) -> list[dict[str, Any]]:
        """Entities in Rasa's form: place and region, weeks, months."""
        doc = self._nlp(_split_numbers(text))
        return [*self._place(doc), *self._age(doc)]

    def _place(self, doc: Doc) -> list[dict[str, Any]]:
        """The place meant: a postcode before a name, a town before its province, a part of Brussels before Brussels, the longest, the first."""
        found: list[tuple[Span, Place]] = []
        for span in self._named(doc):
            place = self._places.find(span.text)
            if place and not any(_overlap(span, other) for other, _ in found) and self._is_meant(span, doc):
                found.append((span, place))
        if not found:
            return []
        span, place = min(found, key=lambda item: (not item[0].text.isdigit(), self._places.is_vague(item[0].text, item[1])))
        return [_entity("place", span.text, span), _entity("region", place.region, span)]

    def _named(self, doc: Doc) -> Iterator[Span]:
        """Spans that may name a place, the longest first: each is one look-up in the gazetteer."""
        for length in range(min(LONGEST_NAME, len(doc)), 0, -1):
            for start in range(len(doc) - length + 1):
                span = doc[start : start + length]
                if not (span[0].is_punct or span[-1].is_punct):
                    yield span

    def _is_meant(self, span: Span, doc: Doc) -> bool:
        """Everyday words, years and amounts are places only after a word such as "in", or with a capital inside a sentence."""
        before = doc[span.start - 1].lower_ if span.start else ""
        after = doc[span.end].lower_ if span.end < len(doc) else ""
        introduced = before in self._places.before_a_place
        if span.text.isdigit():
            beside = [word for word in (before, after) if word and not word.isdigit()]
            named = len(doc) == 1 or any(self._places.find(word) for word in beside if len(word) > 3)
            return named or (introduced and not self._is_amount(after))
        if before in self._places.never_after:
            return False
        return introduced or not self._places.is_everyday(span.text) or (span.start > 0 and span.text[0].isupper() and before not in ENDS)

    def _is_amount(self, after: str) -> bool:
        """Whether this word makes the number before it an amount ("1000 dagen", "2000 kcal")."""
        return any(after == word or (len(word) > 2 and after.startswith(word)) for word in self._places.amounts)

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


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


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
