"""The teacher's key: made once, for its owner alone, and never shown."""

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from gradmagic.grading.book import Key, KeyFileError, find_key, key_path, make_key, read_key

HEX = bytes(range(32)).hex()


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    monkeypatch.delenv("GRADMAGIC_KEY", raising=False)
    monkeypatch.delenv("GRADMAGIC_KEY_FILE", raising=False)
    return tmp_path


def test_a_key_is_made_once_for_its_owner_alone():
    made = find_key(make=True)
    assert stat.S_IMODE(key_path().stat().st_mode) == 0o600
    assert stat.S_IMODE(key_path().parent.stat().st_mode) == 0o700
    assert find_key() == find_key(make=True) == made
    assert list(key_path().parent.iterdir()) == [key_path()], "drafts are left behind"


def test_of_several_that_make_it_at_once_all_get_the_same(home):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: make_key(home / "new" / "key"), range(16)))
    assert len(keys) == 1


def test_the_environment_may_hold_it_or_name_its_file(home, monkeypatch):
    monkeypatch.setenv("GRADMAGIC_KEY_FILE", str(home / "mine"))
    assert find_key(make=True) == read_key(home / "mine")
    monkeypatch.setenv("GRADMAGIC_KEY", HEX + "\n")
    assert find_key() == Key(bytes(range(32)))
    assert find_key(home / "mine") == read_key(home / "mine"), "what is named on the line wins"


@pytest.mark.parametrize("text", ["", "secret", HEX[:-1], HEX + "ff", "é" * 64])
def test_what_is_no_key_is_refused(home, monkeypatch, text):
    (home / "key").write_text(text, "utf-8")
    (home / "key").chmod(0o600)
    with pytest.raises(KeyFileError, match="64 hexadecimal digits"):
        read_key(home / "key")
    if text:
        monkeypatch.setenv("GRADMAGIC_KEY", text)
        with pytest.raises(KeyFileError, match="64 hexadecimal digits"):
            find_key()


def test_a_key_that_others_may_read_is_refused_and_the_command_is_named(home):
    make_key(home / "key")
    (home / "key").chmod(0o640)
    with pytest.raises(KeyFileError, match=rf"mode 0640.*chmod 600 {home / 'key'}"):
        find_key(home / "key")


def test_a_missing_key_is_not_made_unless_asked(home):
    with pytest.raises(KeyFileError, match=r"there is no key in .*gradmagic"):
        find_key()
    (home / "file").touch()
    with pytest.raises(KeyFileError, match="cannot be made"):
        make_key(home / "file" / "key")


def test_it_is_never_shown_and_derived_keys_differ():
    key = Key(bytes(range(32)))
    assert HEX not in repr(key) + str(key) + key.name
    assert len({key.derive("a"), key.derive("b"), Key(b"x" * 32).derive("a"), key.secret}) == 4
    assert repr(key) == f"Key({key.name})"


def test_the_mode_does_not_depend_on_the_umask(home):
    before = os.umask(0)
    try:
        make_key(home / "key")
    finally:
        os.umask(before)
    assert stat.S_IMODE((home / "key").stat().st_mode) == 0o600
