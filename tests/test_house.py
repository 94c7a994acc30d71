"""The house rules, held by a machine: import arrows, sentences, a README in every folder."""

import ast
import functools
import os
import re
import string
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gradmagic.messages._catalogue import catalogue

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "gradmagic"
MODULES = sorted(PACKAGE.rglob("*.py"))
PACKAGES = sorted(path.parent for path in PACKAGE.glob("*/__init__.py"))
FOLDERS = sorted(path.parent for path in PACKAGE.glob("*/**/__init__.py"))
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]


@functools.cache
def parsed(path):
    return ast.parse(path.read_text("utf-8"), filename=str(path))


# Import arrows


def test_imports_point_one_way():
    result = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as lint; lint()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONIOENCODING": "utf-8"},
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_package_has_its_place_in_the_contracts():
    for contract in CONTRACTS:
        if contract["type"] == "layers":
            (container,) = contract["containers"]
            placed = {name.strip(" ()") for line in contract["layers"] for name in line.split("|")}
            folder = ROOT.joinpath(*container.split("."))
            assert {path.parent.name for path in folder.glob("*/__init__.py")} <= placed, container
    held = {container for contract in CONTRACTS for container in contract.get("containers", [])}
    assert {".".join(path.parent.relative_to(ROOT).parts) for path in FOLDERS} <= held


def test_every_package_is_kept_from_what_only_others_may_import():
    """A new package is named in each contract about a library, or is one that may import it."""
    allowed = {
        "tensorflow": {"tape", "training", "kernels"},
        "IPython": {"magics", "widgets"},
        "matplotlib": {"display"},
    }
    for library, packages in allowed.items():
        (contract,) = [
            contract
            for contract in CONTRACTS
            if library in contract.get("forbidden_modules", []) and contract.get("as_packages", True)
        ]
        kept_out = {name.partition(".")[2] for name in contract["source_modules"]}
        assert {path.name for path in PACKAGES} - packages <= kept_out, contract["name"]


def test_no_library_is_imported_behind_the_contracts_back():
    """`import_module("tensorflow")` is out of the linter's sight; only `tape` may hold it."""
    for path in MODULES:
        for call in ast.walk(parsed(path)):
            if not isinstance(call, ast.Call) or not call.args or not isinstance(call.args[0], ast.Constant):
                continue
            name = getattr(call.func, "id", getattr(call.func, "attr", ""))
            if name in ("import_module", "__import__") and isinstance(call.args[0].value, str):
                library = call.args[0].value.partition(".")[0]
                assert library == "gradmagic" or path.parent.name == "tape", f"{path.name} imports {library}"


def test_one_file_touches_tensorflows_private_interface():
    touching = [path for path in MODULES if re.search(r"\btensorflow\.(python|_)", path.read_text("utf-8"))]
    assert touching == [PACKAGE / "tape" / "recording" / "_hook.py"]


# Sentences


def placeholders(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


@functools.cache
def said():
    """Every call of `say`: its place, the key or else how the key begins, and the names passed."""
    return list(_said())


def _said():
    for path in MODULES:
        for call in ast.walk(parsed(path)):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "say" and call.args:
                starred = any(word.arg is None for word in call.keywords)
                names = None if starred else {word.arg for word in call.keywords}
                for key in branches(call.args[0]):
                    yield f"{path.relative_to(ROOT)}:{call.lineno}", *key, names


def branches(node):
    """The keys that an expression can come to: written out, or by how they begin."""
    if isinstance(node, ast.IfExp):
        return [*branches(node.body), *branches(node.orelse)]
    if isinstance(node, ast.Constant):
        return [(node.value, None)]
    first = node.values[0] if isinstance(node, ast.JoinedStr) else getattr(node, "left", None)
    return [(None, first.value)] if isinstance(first, ast.Constant) else [(None, None)]


@functools.cache
def literals():
    """Every string in the package outside the catalogue: a key may travel in a variable."""
    return {
        node.value
        for path in MODULES
        if path.parent.name != "messages"
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_sentence_that_is_said_exists():
    missing = [f"{place}: {key}" for place, key, _, _ in said() if key and key not in catalogue()]
    assert not missing
    empty = [
        f"{place}: {start}..."
        for place, _, start, _ in said()
        if start and not any(key.startswith(start) for key in catalogue())
    ]
    assert not empty


def test_every_sentence_is_said():
    starts = tuple(start for _, _, start, _ in said() if start)
    known = literals()
    # `say(f"{key}-kind")`: the beginning travels in a variable, and is written out where it sets off.
    ends = [text for text in known if text.startswith("-")]
    unsaid = [
        key
        for key in catalogue()
        if key not in known
        and not key.startswith(starts)
        and not any(key.endswith(end) and key.removesuffix(end) in known for end in ends)
    ]
    assert unsaid == []


def test_every_sentence_gets_what_it_asks_for():
    wrong = [
        f"{place}: {key} needs {sorted(placeholders(catalogue()[key][0]))}, got {sorted(names)}"
        for place, key, _, names in said()
        if key in catalogue() and names is not None and not placeholders(catalogue()[key][0]) <= names
    ]
    assert not wrong


def untranslated(english, chinese):
    """What is wrong with a pair of sentences, if anything is."""
    if placeholders(english) != placeholders(chinese):
        return "other placeholders"
    if re.search("[\u4e00-\u9fff]", english):
        return "Chinese in the English sentence"
    # Words of three letters or more must be translated; symbols, names and units need not be.
    words = re.search("[A-Za-z]{3}", re.sub(r"\{[^}]*\}|`[^`]*`|%\([a-z]+\)s", "", english))
    return "no Chinese in the Chinese sentence" if words and not re.search("[\u4e00-\u9fff]", chinese) else ""


def test_both_languages_say_the_same():
    assert len(catalogue()) > 1000
    assert {key: wrong for key, pair in catalogue().items() if (wrong := untranslated(*pair))} == {}


@pytest.mark.parametrize(
    "pair", [("{a} words", "{b} 词"), ("词 words", "词"), ("some words", "some words"), ("{a} is bad", "{a}")]
)
def test_a_bad_pair_is_found(pair):
    assert untranslated(*pair)


# Folders


@pytest.mark.parametrize("folder", [path.relative_to(PACKAGE).as_posix() for path in FOLDERS])
def test_a_package_says_what_it_is_and_what_it_may_import(folder):
    text = (PACKAGE / folder / "README.md").read_text("utf-8")
    assert text.startswith(f"# {folder}\n")
    assert len(text.splitlines()) <= 60, "short enough to be read"
    assert re.search("may (also )?import", text, re.IGNORECASE), "it does not say what the package may import"
    named = [path.name for path in (PACKAGE / folder).glob("*.py") if not path.name.startswith("__")]
    if folder != "messages":
        assert [name for name in named if name not in text] == [], "files that the README leaves out"


@pytest.mark.parametrize("folder", ["solutions", "exercises", "tests", "benchmarks", "docs", "binder"])
def test_a_folder_at_the_top_says_what_it_is(folder):
    assert (ROOT / folder / "README.md").read_text("utf-8").startswith(f"# {folder}\n")


def test_a_package_names_its_public_list():
    for folder in PACKAGES:
        assert "__all__" in (folder / "__init__.py").read_text("utf-8"), folder.name
