"""A page that needs nothing but itself."""

import re

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from gradmagic import course

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="


def page(tmp_path, *cells):
    return course.write_page(new_notebook(cells=list(cells)), tmp_path / "page.html").read_text("utf-8")


def shown(tmp_path, **data):
    cell = new_code_cell("x")
    forms = {name.replace("_", "/", 1): value for name, value in data.items()}
    cell.outputs = [new_output("display_data", forms)]
    return page(tmp_path, cell)


def test_nothing_is_fetched_and_no_script_runs(tmp_path):
    text = page(
        tmp_path, new_markdown_cell("# Title & more\n\n[a link](https://example.org)"), new_code_cell("x = 1")
    )
    assert "<script" not in text
    assert not re.search(r"""(src|@import|url\()\s*=?\s*["']?https?:""", text)
    assert "<title>Title &amp; more</title>" in text
    assert 'href="https://example.org"' in text, "a link to follow is not something fetched"


def test_latex_gives_way_to_text(tmp_path):
    text = shown(tmp_path, text_plain="dy/dx = 6", text_latex=r"$$\frac{dy}{dx} = 6$$")
    assert "dy/dx = 6" in text
    assert r"\frac" not in text


def test_pictures_are_inside(tmp_path):
    text = shown(tmp_path, text_plain="<Figure>", image_png=PIXEL)
    assert f"data:image/png;base64,{PIXEL}" in text
    assert "Figure" not in text


def test_a_widget_is_shown_by_its_text(tmp_path):
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "10,000 steps"}
    cell = new_code_cell("x")
    cell.outputs = [new_output("display_data", view)]
    notebook = new_notebook(cells=[cell])
    notebook.metadata.widgets = {"application/vnd.jupyter.widget-state+json": {"state": {"1": {}}}}
    text = course.write_page(notebook, tmp_path / "page.html").read_text("utf-8")
    assert "10,000 steps" in text
    assert "model_id" not in text
    assert "<script" not in text
    assert "widgets" in notebook.metadata, "the notebook itself was changed"


def test_light_and_dark(tmp_path):
    text = page(tmp_path, new_code_cell("def f(): pass"))
    assert "prefers-color-scheme: dark" in text
    assert "$" not in re.sub(r"<pre>.*?</pre>", "", text, flags=re.DOTALL), "a placeholder was left unfilled"
