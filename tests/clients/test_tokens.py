"""Where a sign-in is kept: in a keyring where there is one that works, else in a file."""

import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from querycast.tokens import Tokens, TokenStore

TOKENS = Tokens("ana@example.com", "access-1", "refresh-1", 1e9)


class KeyringError(Exception):
    """As keyring.errors has it."""


class FakeKeyring(ModuleType):
    """The package `keyring`, with one backend."""

    def __init__(self) -> None:
        super().__init__("keyring")
        self.errors = ModuleType("keyring.errors")
        vars(self.errors)["KeyringError"] = KeyringError
        self.priority = 5.0
        self.is_locked = False
        self.kept: dict[tuple[str, str], str] = {}

    def get_keyring(self) -> "FakeKeyring":
        return self

    def get_password(self, service: str, name: str) -> str | None:
        self._check()
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self._check()
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        self._check()
        del self.kept[service, name]

    def _check(self) -> None:
        if self.is_locked:
            raise KeyringError("locked")


@pytest.fixture
def keyring(monkeypatch: pytest.MonkeyPatch) -> FakeKeyring:
    keyring = FakeKeyring()
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    monkeypatch.setitem(sys.modules, "keyring.errors", keyring.errors)
    return keyring


@pytest.fixture
def store(home: Path) -> TokenStore:
    return TokenStore("client0demo")


@pytest.fixture
def file(home: Path) -> Path:
    return home / "state" / "querycast" / "client0demo.json"


def test_a_keyring_keeps_it_and_no_file_does(
    keyring: FakeKeyring, store: TokenStore, file: Path
) -> None:
    store.write(TOKENS)

    assert (store.read(), [*keyring.kept]) == (TOKENS, [("querycast", "client0demo")])
    assert not file.exists()


def test_what_a_file_has_moves_to_the_keyring_with_the_next_sign_in(
    keyring: FakeKeyring, store: TokenStore, file: Path
) -> None:
    keyring.priority = 0
    store.write(TOKENS)
    keyring.priority = 5
    assert store.read() == TOKENS

    store.write(replace(TOKENS, access_token="access-2"))

    assert store.read() == replace(TOKENS, access_token="access-2")
    assert not file.exists()


@pytest.mark.parametrize("trouble", ["locked", "none", "not installed"])
def test_where_no_keyring_works_a_file_keeps_it(
    keyring: FakeKeyring,
    store: TokenStore,
    file: Path,
    trouble: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if trouble == "not installed":
        monkeypatch.setitem(sys.modules, "keyring", None)
    keyring.is_locked = trouble == "locked"
    keyring.priority = 0 if trouble == "none" else 5

    store.write(TOKENS)

    assert (store.read(), file.exists()) == (TOKENS, True)
    assert store.forget()
    assert not file.exists()


def test_the_newer_of_both_is_read(keyring: FakeKeyring, store: TokenStore) -> None:
    store.write(TOKENS)
    keyring.is_locked = True
    store.write(replace(TOKENS, access_token="access-2"))
    keyring.is_locked = False

    assert store.read() == replace(TOKENS, access_token="access-2")


def test_it_is_forgotten_everywhere(keyring: FakeKeyring, store: TokenStore) -> None:
    store.write(TOKENS)

    assert (store.forget(), store.forget(), store.read()) == (True, False, None)
    assert keyring.kept == {}
