"""The same danger, typed otherwise: each signal case as people could also write it. Owns the changes; a level must stay through all of them.

Denied, past and asked forms change the meaning and cannot be made by rule: they are cases of their own, written by hand.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace

from bot.evaluation.cases import Case

Chance = random.Random
AROUND = {
    "nl": ("hey, een vraagje: ", " , sorry voor de lange uitleg", "mijn zus schrijft mij: "),
    "fr": ("bonjour, petite question : ", " , désolée pour le long message", "ma sœur m'écrit : "),
    "en": ("hi, quick question: ", " , sorry for the long message", "my sister writes to me: "),
    "de": ("hallo, kurze Frage: ", " , sorry für den langen Text", "meine Schwester schreibt mir: "),
    "es": ("hola, una pregunta: ", " , perdón por el mensaje largo", "mi hermana me escribe: "),
    "it": ("ciao, una domanda: ", " , scusate il messaggio lungo", "mia sorella mi scrive: "),
    "pt": ("olá, uma pergunta: ", " , desculpe a mensagem longa", "a minha irmã escreve-me: "),
    "ro": ("bună, o întrebare: ", " , scuze pentru mesajul lung", "sora mea îmi scrie: "),
    "pl": ("hej, pytanie: ", " , przepraszam za długą wiadomość", "siostra pisze do mnie: "),
    "tr": ("merhaba, bir sorum var: ", " , uzun mesaj için özür dilerim", "kız kardeşim bana yazıyor: "),
    "sq": ("tung, një pyetje: ", " , më falni për mesazhin e gjatë", "motra më shkruan: "),
    "so": ("salaan, su'aal: ", " , raali ka noqda fariinta dheer", "walaashay ayaa ii qortay: "),
    "uk": ("привіт, питання: ", " , вибачте за довге повідомлення", "сестра мені пише: "),
    "ru": ("привет, вопрос: ", " , извините за длинное сообщение", "сестра мне пишет: "),
    "bg": ("здравей, въпрос: ", " , извинете за дългото съобщение", "сестра ми ми пише: "),
    "ar": ("مرحبا، عندي سؤال: ", " ، آسفة على الرسالة الطويلة", "أختي كتبت لي: "),
    "fa": ("سلام، یک سوال: ", " ، ببخشید پیام طولانی شد", "خواهرم به من نوشته: "),
    "ps": ("سلام، یوه پوښتنه: ", " ، بخښنه اوږد پیغام دی", "خور مې راته لیکلي: "),
}


def _typo(text: str, chance: Chance) -> str:
    """Two neighbouring letters of a long word swapped."""
    words = text.split()
    long = [index for index, word in enumerate(words) if len(word) > 4]
    if long:
        index = chance.choice(long)
        at = chance.randrange(1, len(words[index]) - 2)
        word = words[index]
        words[index] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)


def _dropped(text: str, chance: Chance) -> str:
    """A letter of a long word missing."""
    words = text.split()
    long = [index for index, word in enumerate(words) if len(word) > 4]
    if long:
        index = chance.choice(long)
        at = chance.randrange(1, len(words[index]) - 1)
        words[index] = words[index][:at] + words[index][at + 1 :]
    return " ".join(words)


def _drawn_out(text: str, chance: Chance) -> str:
    words = text.split()
    index = chance.randrange(len(words))
    return " ".join(word if number != index else word + word[-1] * 3 for number, word in enumerate(words))


def _without_accents(text: str, _: Chance) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


CHANGES: dict[str, Callable[[str, Chance], str]] = {
    "lower": lambda text, _: text.lower(),
    "upper": lambda text, _: text.upper(),
    "accents": _without_accents,
    "typo": _typo,
    "dropped": _dropped,
    "drawn_out": _drawn_out,
    "emoji": lambda text, _: f"{text} 😔🙏",
    "marks": lambda text, _: text.replace(".", "").replace(",", "").replace("'", "’") + "!!!",
}


def vary(case: Case) -> Iterator[tuple[str, Case]]:
    """(name of the change, changed case), the same every time."""
    chance = Chance(case.id)
    for name, change in CHANGES.items():
        changed = change(case.text, chance)
        if changed != case.text:
            yield name, replace(case, id=f"{case.id}~{name}", text=changed)
    before, after, other = AROUND[case.lang]
    yield "chit_chat", replace(case, id=f"{case.id}~chit_chat", text=f"{before}{case.text}{after}")
    yield "other", replace(case, id=f"{case.id}~other", text=f"{other}{case.text}")
    words = case.text.split()
    if len(words) >= 6:
        half = len(words) // 2
        yield "split", replace(case, id=f"{case.id}~split", text=" ".join(words[half:]), before=(" ".join(words[:half]),))
