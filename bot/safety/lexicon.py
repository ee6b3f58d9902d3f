"""The lexicon of one language: rules that people wrote, looked for clause by clause. Owns finding them and whose words they are.

Denial, past, quotation and figures of speech are read here; levels are joined in `gate`. `python -m bot.safety.lexicon nl` shows how the
rules do on their own messages and on the examples.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from spacy import Language, blank
from spacy.matcher import Matcher
from spacy.tokens import Doc

from bot.errors import BrokenKnowledge
from bot.safety.anchors import Anchors
from bot.safety.patterns import Pattern, read_pattern
from bot.safety.verdict import LEVELS, Evidence, rank
from bot.safety.words import split_words
from knowledge.files import ROOT, read_yaml

FOLDER = ROOT / "signals"
CUES = ("negation", "past", "now", "others", "quoted", "idioms", "self")
STOPS = frozenset(".!?;:\n")
DENIED_BEFORE, DENIED_AFTER = 3, 2  # words between a denial and what it denies
MASKED = "\u2205"  # stands where a figure of speech was


@dataclass(frozen=True)
class Rule:
    """A rule as written, with its patterns by key."""

    id: str
    domain: str
    level: str
    find: tuple[str, ...]
    all: tuple[tuple[str, ...], ...]
    deniable: bool
    yes: tuple[str, ...]
    no: tuple[str, ...]


class Lexicon:
    """The rules and cues of one language, compiled once."""

    def __init__(self, raw: dict[str, Any], where: str) -> None:
        self._nlp = blank("xx")
        breaks = frozenset(word for phrase in raw.get("breaks") or () for word in split_words(str(phrase)) if " " not in str(phrase).strip())
        self._breaks = breaks
        self._cues = self._compile_cues(raw, breaks, where)
        self.rules = [_read_rule(item, where) for item in raw["rules"]]
        self._patterns: dict[str, tuple[Rule, Pattern]] = {}
        self._needed: dict[str, list[Matcher]] = {}
        self._matchers: dict[str, Matcher] = {}
        for rule in self.rules:
            self._add(rule, breaks, where)
        self._anchors = Anchors({key: pattern for key, (_, pattern) in self._patterns.items()})

    @classmethod
    def load(cls, path: Path) -> Lexicon:
        """Read a file of rules.

        Raises:
            BrokenKnowledge: names the file, the rule and what is wrong.
        """
        return cls(read_yaml(path), str(path.name))

    def _compile_cues(self, raw: dict[str, Any], breaks: frozenset[str], where: str) -> Matcher:
        matcher = _new_matcher(self._nlp)
        for kind in CUES:
            phrases = [str(phrase) for phrase in raw.get(kind) or ()]
            patterns = [list(_read(phrase, breaks, f"{where}: {kind}").elements) for phrase in phrases]
            if patterns:
                matcher.add(kind, patterns)
        return matcher

    def _add(self, rule: Rule, breaks: frozenset[str], where: str) -> None:
        for number, written in enumerate(rule.find):
            pattern = _read(written, breaks, f"{where}: {rule.id}")
            key = f"{rule.id}#{number}"
            self._patterns[key] = (rule, pattern)
            self._matchers[key] = self._matcher(pattern)
        self._needed |= {
            f"{rule.id}#{number}": [self._matcher(_read(choice, breaks, f"{where}: {rule.id}")) for choice in choices]
            for number, choices in enumerate(rule.all)
        }

    def _matcher(self, pattern: Pattern) -> Matcher:
        matcher = _new_matcher(self._nlp)
        matcher.add("pattern", [list(pattern.elements)])
        return matcher

    def find(self, text: str) -> list[Evidence]:
        """What the rules find in a text: at most one piece of evidence per rule, the weightiest."""
        words = split_words(text)
        candidates = self._anchors.candidates(words)
        if not candidates:
            return []
        cues = self._find_cues(Doc(self._nlp.vocab, words=words))
        doc = Doc(self._nlp.vocab, words=[MASKED if index in cues["idioms"] else word for index, word in enumerate(words)])
        clauses = self._clauses(words)
        found: dict[str, Evidence] = {}
        for key in candidates:
            rule, pattern = self._patterns[key]
            if not self._has_all(rule, doc):
                continue
            for _, start, end, alignment in self._matchers[key](doc, with_alignments=True):
                named = {start + offset for offset, element in enumerate(alignment) if pattern.named[element]}
                whose = _whose(rule, range(start, end), named, cues, clauses)
                evidence = Evidence(rule.id, rule.domain, _level(rule, whose), 1.0, whose)
                best = found.get(rule.id)
                if best is None or rank(evidence.level) > rank(best.level):
                    found[rule.id] = evidence
        return list(found.values())

    def _has_all(self, rule: Rule, doc: Doc) -> bool:
        return all(any(matcher(doc) for matcher in self._needed[f"{rule.id}#{number}"]) for number in range(len(rule.all)))

    def _find_cues(self, doc: Doc) -> dict[str, set[int]]:
        cues: dict[str, set[int]] = {kind: set() for kind in CUES}
        for key, start, end in self._cues(doc):
            cues[self._nlp.vocab.strings[key]].update(range(start, end))
        return cues

    def _clauses(self, words: list[str]) -> list[int]:
        """The number of the clause each word stands in; a comma parts clauses too, for what is denied."""
        numbers, current = [], 0
        for word in words:
            if word in STOPS or word == "," or word in self._breaks:
                current += 1
            numbers.append(current)
        return numbers


def _whose(rule: Rule, span: range, named: set[int], cues: dict[str, set[int]], clauses: list[int]) -> str:
    clause = clauses[span[0]]
    if any(clauses[index] == clause for index in cues["quoted"] - named):
        return "quoted"
    if rule.deniable and _is_denied(span, named, cues, clauses):
        return "negated"
    if not cues["now"] and any(clauses[index] == clause for index in cues["past"] - named):
        return "past"
    return "other" if cues["others"] else "self"


def _is_denied(span: range, named: set[int], cues: dict[str, set[int]], clauses: list[int]) -> bool:
    first, last = span[0], span[-1]
    for index in cues["negation"] - named:
        if first < index < last:
            return True
        beside = first - DENIED_BEFORE <= index < first or last < index <= last + DENIED_AFTER
        if not beside or clauses[index] != clauses[first if index < first else last]:
            continue
        between = range(index + 1, first) if index < first else range(last + 1, index)
        if not any(word in cues["self"] for word in between):  # "I can't any more I want to die": a new subject, a new clause
            return True
    return False


def _level(rule: Rule, whose: str) -> str:
    if whose in ("negated", "quoted"):
        return "none"
    return "watch" if whose == "past" and rule.level != "none" else rule.level


def _new_matcher(nlp: Language) -> Matcher:
    """Without spaCy's own check of each pattern: `patterns` writes them, and the check costs half of the time of loading."""
    return Matcher(nlp.vocab, validate=False)


def _read(written: str, breaks: frozenset[str], where: str) -> Pattern:
    try:
        return read_pattern(written, breaks)
    except BrokenKnowledge as error:
        raise BrokenKnowledge(f"knowledge/signals/{where}: {error}") from error


def _read_rule(item: dict[str, Any], where: str) -> Rule:
    try:
        rule = Rule(
            id=item["id"],
            domain=item["domain"],
            level=item["level"],
            find=tuple(map(str, item["find"])),
            all=tuple(tuple(map(str, choices)) for choices in item.get("all") or ()),
            deniable=item.get("negation") != "ignore",
            yes=tuple(map(str, item["yes"])),
            no=tuple(map(str, item.get("no") or ())),
        )
    except (KeyError, TypeError) as error:
        raise BrokenKnowledge(f"knowledge/signals/{where}: the rule {item.get('id', '?')} lacks {error}. See knowledge/signals/README.md.") from error
    if rule.level not in LEVELS:
        raise BrokenKnowledge(f"knowledge/signals/{where}: {rule.id} has the level {rule.level!r}; it is one of {', '.join(LEVELS)}.")
    return rule


def wrong_messages(lexicon: Lexicon) -> list[str]:
    """What the rules get wrong of their own `yes` and `no` messages, in words."""
    wrong = []
    for rule in lexicon.rules:
        for text in rule.yes:
            if not any(found.source == rule.id and found.level == rule.level for found in lexicon.find(text)):
                wrong.append(f"{rule.id}: must find {text!r}")
        for text in rule.no:
            if any(found.source == rule.id and found.level != "none" for found in lexicon.find(text)):
                wrong.append(f"{rule.id}: must not find {text!r}")
    return wrong


def _show(language: str) -> None:
    from bot.safety.examples import read_examples

    lexicon = Lexicon.load(FOLDER / f"{language}.yml")
    print(*wrong_messages(lexicon), sep="\n")
    noticed: dict[str, list[bool]] = {}
    for example in read_examples(FOLDER / "examples", language):
        best = max(lexicon.find(example.text), key=lambda found: rank(found.level), default=None)
        heard = best is not None and best.level not in ("none", "watch")
        noticed.setdefault(example.level, []).append(heard)
        if heard and example.level == "none":
            print(f"fires on an everyday line: {best.source}: {example.text}")
    for level in LEVELS:
        if level in noticed:
            print(f"{level:10} {sum(noticed[level]):5} of {len(noticed[level]):5} found")


if __name__ == "__main__":
    _show(sys.argv[1])
