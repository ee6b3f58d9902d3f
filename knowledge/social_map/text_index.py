"""The full-text index of the entries: SQLite's FTS5 or PostgreSQL's tsvector. Owns making, filling and asking it.

It is derived from the entries, so no migration has it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from knowledge.places.spelling import fold

MOST_WORDS = 12
SHORTEST = 3  # letters; shorter words say little and match much
_WORD = re.compile(r"\w+")


def words_of(text: str) -> list[str]:
    """The words to look for, folded, each once."""
    found = dict.fromkeys(word for word in _WORD.findall(fold(text)) if len(word) >= SHORTEST or word.isdigit())
    return list(found)[:MOST_WORDS]


def create(connection: Connection) -> None:
    """An empty index; one that exists is dropped."""
    connection.execute(sa.text("DROP TABLE IF EXISTS map_text"))
    if _is_sqlite(connection):
        connection.execute(sa.text("CREATE VIRTUAL TABLE map_text USING fts5(words, content='', tokenize='unicode61', prefix='4')"))
    else:
        connection.execute(sa.text("CREATE TABLE map_text (number integer PRIMARY KEY, words tsvector NOT NULL)"))
        connection.execute(sa.text("CREATE INDEX ix_map_text_words ON map_text USING gin (words)"))


def exists(connection: Connection) -> bool:
    return sa.inspect(connection).has_table("map_text")


def fill(connection: Connection, texts: Iterable[tuple[int, str]]) -> None:
    """Add the text of entries by number."""
    statement = (
        "INSERT INTO map_text (rowid, words) VALUES (:number, :words)"
        if _is_sqlite(connection)
        else "INSERT INTO map_text (number, words) VALUES (:number, to_tsvector('simple', :words))"
    )
    rows = [{"number": number, "words": fold(text)} for number, text in texts]
    if rows:
        connection.execute(sa.text(statement), rows)


def find(connection: Connection, words: Sequence[str], most: int) -> list[tuple[int, float]]:
    """Numbers of entries that hold any of these words, the best first, with a score where more is better."""
    if not words:
        return []
    if _is_sqlite(connection):
        asked = " OR ".join(f'"{word}"' + ("*" if len(word) > SHORTEST + 1 else "") for word in words)
        statement = "SELECT rowid, -bm25(map_text) FROM map_text WHERE map_text MATCH :asked ORDER BY bm25(map_text) LIMIT :most"
    else:
        asked = " | ".join(f"'{word}'" + (":*" if len(word) > SHORTEST + 1 else "") for word in words)
        statement = (
            "SELECT number, ts_rank(words, query) AS rank FROM map_text, to_tsquery('simple', :asked) query WHERE words @@ query "
            "ORDER BY rank DESC LIMIT :most"
        )
    return [(number, float(score)) for number, score in connection.execute(sa.text(statement), {"asked": asked, "most": most})]


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"
