"""The learner's page and the teacher's: escaped, without script, in the learner's language, readable."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradmagic.grading import Graded, Note, Score
from gradmagic.grading.book import Result
from gradmagic.grading.book._feedback import feedback_page
from gradmagic.grading.book._statistics import Statistics, histogram
from gradmagic.grading.book._summary import summary_page
from gradmagic.messages import in_language, language

from .fakes import EXERCISES
from .test_tables import result, unfit

TITLES = {EXERCISES[0]: ("Higher derivatives", "高阶导数")}
VOID = {"meta", "line", "rect"}
EVIL = [
    "<script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "`<svg onload=alert(1)>`",
    "javascript:alert(1)",
    "</title><h1>100 points</h1>",
    "\u202efdp.exe\x00\x1b[2J",
    "&lt;script&gt;",
]


class Reader(HTMLParser):
    """Reads a page strictly: every element is closed; keeps elements, attributes and text."""

    def __init__(self, page):
        super().__init__(convert_charrefs=True)
        self.open, self.tags, self.attributes, self.text = [], [], [], []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += [(tag, name, value) for name, value in attributes]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        if self.open and self.open[-1] != "style":
            self.text.append(text)

    @property
    def words(self):
        return "".join(self.text)


def summary(*results):
    found = Statistics()
    for one in results:
        found.add(one)
    return summary_page(found, TITLES, "12-abc")


def harmless(page):
    reader = Reader(page)
    assert not set(reader.tags) & {"script", "img", "iframe", "object", "a", "link", "form", "input", "base"}
    for tag, name, value in reader.attributes:
        assert not name.startswith("on"), (tag, name)
        assert name not in ("style", "href", "src", "action", "srcdoc"), (tag, name)
        assert "javascript" not in (value or ""), value
    return reader


@pytest.mark.parametrize("text", EVIL)
def test_nothing_in_a_submission_becomes_part_of_the_page(text):
    for page in (feedback_page(unfit(text), {}), summary(unfit(text, reason=text))):
        reader = harmless(page)
        assert reader.tags.count("h1") == 1
        assert not set(page) & {"\u202e", "\x00", "\x1b"}
    assert (
        text.replace("`", "").replace("\u202e", "\ufffd").replace("\x00\x1b", "\ufffd\ufffd")
        in harmless(feedback_page(unfit(text), {})).words
    )


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_makes_a_page(text):
    harmless(feedback_page(unfit(text), {text: (text, text)}))
    harmless(summary(unfit(text)))


@pytest.mark.parametrize("page", [feedback_page(result(), TITLES), summary(result())])
def test_the_browser_is_told_to_run_and_fetch_nothing(page):
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert page.index("Content-Security-Policy") < page.index("<style>")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert base64.b64encode(hashlib.sha256(style.encode()).digest()).decode() in policy
    assert '<meta name="viewport"' in page
    assert "prefers-color-scheme: dark" in style
    assert "@media print" in style


def test_the_learner_sees_points_states_and_what_was_said():
    page = feedback_page(result(penalty=0.25, right=False), TITLES)
    words = harmless(page).words
    assert "Higher derivatives" in words
    assert "0 of 6 points" in words
    assert "0 of 3 checks passed" in words
    assert "Handed in 1 h late, which costs 25 % of the points: before that there were 0." in words
    for part in ("What is the first derivative of f at x?", "first(2.5)", "-48.25", "failed"):
        assert part in words


def test_the_page_is_in_the_language_of_the_notebook_and_says_so():
    with in_language("en"):
        page = feedback_page(result(language="zh", right=False), TITLES)
        assert language() == "en"
    assert '<html lang="zh-Hans">' in page
    for part in ("高阶导数", "0 / 6 分", "未通过", "由 gradmagic 评分"):
        assert part in page
    assert '<html lang="en">' in feedback_page(result(), TITLES)


def test_what_is_not_the_learners_is_not_on_the_page():
    score = Score("first", "failed", 0, 2, "the-reason", "asked", (("came", "1"),), seed="5eed5eed")
    graded = Graded(
        "s1", EXERCISES[0], "the/path.ipynb", "d19e57" * 8, "graded", (score,), tier="the-tier", rubric="the-rubric",
        notes=(Note("the-note", "about-it", "suspicion"),),
    )  # fmt: skip
    page = feedback_page(Result(graded, 3, "2026-11-21T20:00:00.000+00:00", {"tensorflow": "9.9.9"}), TITLES)
    for hidden in (
        "the-reason",
        "5eed5eed",
        "the/path",
        "d19e57",
        "the-tier",
        "the-rubric",
        "the-note",
        "suspicion",
        "9.9.9",
    ):
        assert hidden not in page


@pytest.mark.parametrize(
    "status",
    [
        "missing",
        "symbolic-link",
        "too-large",
        "not-a-file",
        "no-permission",
        "not-json",
        "too-deep",
        "too-complex",
        "not-a-notebook",
        "unsupported-format",
        "failed",
        "some-other",
    ],
)
@pytest.mark.parametrize("tongue", ["en", "zh"])
def test_a_submission_that_was_not_graded_says_why(status, tongue):
    words = harmless(feedback_page(result(status=status, language=tongue, right=False), TITLES)).words
    assert ("The checks could not be asked" in words or "未能进行检查" in words) == (status == "some-other")
    assert len(words) > 100


def test_a_text_without_end_is_cut():
    page = feedback_page(unfit("x" * 100_000), {})
    assert len(page) < 60_000


def test_every_picture_has_words_and_a_table():
    page = summary(*[result(f"s{number}") for number in range(40)], result("late", penalty=0.5))
    reader = harmless(page)
    pictures = re.findall(r"<svg[^>]*>", page)
    assert len(pictures) == 3
    assert all('role="img"' in one for one in pictures)
    assert len(re.findall(r"<svg[^>]*><title>[^<]{10,}</title>", page)) == 3
    assert reader.tags.count("details") >= 3
    for part in (
        "How the class did",
        "Higher derivatives",
        "The hardest checks",
        "The commonest mistakes",
        "To look at",
    ):
        assert part in reader.words
    assert "12-abc" in reader.words
    assert "duplicate-cell" in reader.words


def test_the_summary_counts_right():
    found = Statistics()
    for number in range(30):
        found.add(result(f"s{number}", right=number % 3 == 0, penalty=0.5 if number == 0 else 0.0))
    found.add_pending("late one", EXERCISES[0])
    one = found.exercises[EXERCISES[0]]
    assert (len(found.students), len(one.points), one.late, one.possible) == (30, 30, 1, 6)
    assert sum(one.points) == 9 * 6 + 3
    assert found.hardest(1)[0].share == pytest.approx(1 / 3)
    assert sum(count for _, count in found.commonest(99)) == 60
    assert found.attention[0] == ("late one", EXERCISES[0], "pending", "")


def test_the_summary_counts_points_of_what_was_graded_and_no_echo_of_a_mistake():
    found = Statistics()
    found.add(result("s1", right=True))
    found.add(result("s2", status="missing", right=False))
    found.add(result("s3", status="not-json", right=False))
    found.add(unfit("s4", reason="needs"))
    assert found.exercises[EXERCISES[0]].points == [6]
    looks = [(student, what) for student, _, what, _ in found.attention if what != "duplicate-cell"]
    assert looks == [("s3", "not-json")]
    assert [reason for (_, _, reason), _ in found.commonest(9)] == ["s4"], "`needs` repeats another check's"
    assert "not handed in" in summary(result("s2", status="missing"))


def test_a_summary_of_nothing_is_a_page():
    assert "How the class did" in harmless(summary()).words


@settings(deadline=None)
@given(st.lists(st.floats(0, 7.5), max_size=50), st.sampled_from([0.0, 1.0, 6.0, 7.5, 40.0]))
def test_a_histogram_counts_every_value_once(values, possible):
    values = [min(value, possible) for value in values]
    bins = histogram(values, possible)
    assert sum(one.count for one in bins) == len(values)
    for one in bins:
        assert one.low <= one.high


def test_few_whole_points_have_a_bar_each():
    assert [(one.low, one.count) for one in histogram([0, 1, 1, 3], 3)] == [(0, 1), (1, 2), (2, 0), (3, 1)]


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_a_browser_shows_it_whole(tmp_path, width, scheme):
    """On a phone and on a desk: nothing wider than the page, nothing refused by its own policy."""
    playwright = pytest.importorskip("playwright.sync_api")
    import shutil

    if shutil.which("chromium") is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    long = "x" * 400
    pages = {
        "feedback": feedback_page(unfit(long), {}),
        "summary": summary(*[result(f"s{n}") for n in range(30)], unfit(long)),
    }
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        said = []
        page.on("console", lambda message: said.append(message.text))
        for name, text in pages.items():
            (tmp_path / f"{name}.html").write_text(text, "utf-8")
            page.goto((tmp_path / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            colours = page.evaluate(
                "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor]"
            )
            assert colours == (
                ["rgb(31, 35, 40)", "rgb(255, 255, 255)"]
                if scheme == "light"
                else ["rgb(230, 237, 243)", "rgb(13, 17, 23)"]
            )
        browser.close()
    assert said == []
