"""Which language is in force: what was asked for, what the environment says, and what comes back after a block."""

import pytest

from gradmagic.messages import in_language, language, use_language


def test_a_block_in_a_language_leaves_what_was_chosen_before(monkeypatch):
    monkeypatch.setenv("GRADMAGIC_LANG", "en")
    with in_language("zh"):
        assert language() == "zh"
        with in_language("en"):
            assert language() == "en"
        assert language() == "zh"
    monkeypatch.setenv("GRADMAGIC_LANG", "zh")
    assert language() == "zh", "nothing was chosen, so the environment decides again"


def test_an_error_inside_the_block_ends_it_too(monkeypatch):
    monkeypatch.setenv("GRADMAGIC_LANG", "en")
    with pytest.raises(ValueError, match="there are en, zh"), in_language("zh"):
        use_language("fr")
    assert language() == "en"
