"""A social map with the seed entries, in both databases."""

import pytest

from knowledge.social_map.store import SocialMap


@pytest.fixture
def social_map(database) -> SocialMap:
    opened = SocialMap(database.engine)
    opened.prepare()
    return opened
