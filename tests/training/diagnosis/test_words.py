"""The sentences: three at most, each one sentence, in both languages; and where they are shown."""

import re

import pytest
import tensorflow as tf

from gradmagic.messages import use_language
from gradmagic.messages._diagnosis import SENTENCES
from gradmagic.training import train
from gradmagic.training.diagnosis._words import digits, round_down, span

SAID = {key: pair for key, pair in SENTENCES.items() if re.match("diagnosis-(what|why|try|none)", key)}


def without_code(text):
    return re.sub(r"`[^`]*`", "code", text)


@pytest.mark.parametrize("key", SAID)
def test_each_part_is_one_sentence(key):
    english, chinese = map(without_code, SAID[key])
    assert english.endswith(".")
    assert len(re.findall(r"[.!?](?:\s|$)", english)) == 1
    assert chinese.endswith("。")
    assert len(re.findall("[。！？]", chinese)) == 1


def diverging():
    w = tf.Variable(1.0)
    return train(lambda: w**2, [w], learning_rate=1.5, steps=30)


@pytest.mark.parametrize(
    ("language", "label", "head"),
    [("en", "diagnosis", "learning rate too high, since step 0"), ("zh", "诊断", "学习率过大，自第 0 步起")],
)
def test_a_displayed_run_says_it(language, label, head):
    run = diverging()
    use_language(language)
    bundle = run._repr_mimebundle_()
    assert f"{label}  {head}\n" in bundle["text/plain"]
    for sentence in run.diagnosis.sentences:
        assert sentence in bundle["text/plain"]
        assert sentence.replace("<", "&lt;") in bundle["text/html"].replace("&gt;", ">").replace(
            "&#x27;", "'"
        )
    assert str(run.diagnosis).splitlines() == [head, *run.diagnosis.sentences]


def test_a_plot_marks_the_step():
    figure = diverging().plot()
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "learning rate too high since step 0"
    ]


@pytest.mark.parametrize(("value", "rounded"), [(0.0678, 0.06), (1.0, 1.0), (249.0, 200.0), (3e-9, 3e-9)])
def test_rounding_down(value, rounded):
    assert round_down(value) == rounded


def test_numbers():
    assert digits(0.1 + 0.2) == "0.3"
    assert span(1, 1) == "1"
    assert span(-1, 2.5) == "-1 … 2.5"
