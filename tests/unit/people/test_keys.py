"""The keyring: what is sealed opens for its person only, and the master key file is private and made once."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap

from bot.errors import BrokenSetting
from bot.people.keys import Keyring, load_master_key


def test_sealed_data_opens_for_its_person_only(keyring):
    key = keyring.new_key()
    sealed = keyring.seal(key, "person-a", b"words")
    assert b"words" not in sealed
    assert keyring.open(key, "person-a", sealed) == b"words"
    with pytest.raises(InvalidTag):
        keyring.open(key, "person-b", sealed)


def test_another_master_key_opens_nothing(keyring):
    key = keyring.new_key()
    with pytest.raises(InvalidUnwrap):
        Keyring(bytes(32)).seal(key, "person-a", b"words")


def test_the_same_words_never_look_the_same(keyring):
    key = keyring.new_key()
    assert keyring.seal(key, "a", b"words") != keyring.seal(key, "a", b"words")


def test_an_address_hash_depends_on_the_channel_and_the_master_key(keyring):
    assert keyring.hash_address("rest", "me") == keyring.hash_address("rest", "me")
    assert keyring.hash_address("rest", "me") != keyring.hash_address("web", "me")
    assert keyring.hash_address("rest", "me") != Keyring(bytes(32)).hash_address("rest", "me")
    assert len(keyring.hash_address("rest", "\ud800")) == 32


def test_the_first_run_makes_a_private_key_file(tmp_path):
    key = load_master_key("", tmp_path / "home")
    path = tmp_path / "home" / "master.key"
    assert path.read_bytes() == key == load_master_key("", tmp_path / "home")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load_master_key("", tmp_path), range(16)))
    assert len(keys) == 1


def test_a_damaged_key_file_is_refused(tmp_path):
    (tmp_path / "master.key").write_bytes(b"short")
    with pytest.raises(BrokenSetting, match="master.key"):
        load_master_key("", tmp_path)


def test_the_setting_wins_over_the_file(tmp_path):
    assert load_master_key("ab" * 32, tmp_path) == bytes.fromhex("ab" * 32)
    assert not (tmp_path / "master.key").exists()
