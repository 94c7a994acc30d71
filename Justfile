# The house's tasks, in an environment made by `just setup`. `just` alone lists them.

python := ".venv/bin/python"

[private]
default:
    @just --list --unsorted

# An environment for work on gradmagic: the package, its tests' needs and the tools
setup:
    python3 -m venv .venv
    {{python}} -m pip install --upgrade 'pip>=25.1'
    {{python}} -m pip install -e '.[lab,test]' --group dev
    .venv/bin/pre-commit install

# Format what can be formatted
format:
    {{python}} -m ruff check --fix .
    {{python}} -m ruff format .

# Style, types, import arrows
lint:
    {{python}} -m ruff check .
    {{python}} -m ruff format --check .
    {{python}} -m mypy
    .venv/bin/lint-imports

# The default tests, or those named: `just test tests/cli`
test *arguments:
    {{python}} -m pytest {{arguments}}

# All tiers of tests but `soak`, as CI runs them
test-all *arguments:
    {{python}} -m pytest -m 'not soak' {{arguments}}

# Keep the slowest of the default tests in tests/README.md
durations:
    {{python}} tests/durations.py

# Plant defects, and see that the tests find them
mutants *names:
    {{python}} tests/mutants.py {{names}}

# Execute the solutions again, keep their outputs, cut the exercises from them
solutions:
    {{python}} solutions/execute.py
    .venv/bin/gradmagic release solutions exercises

# Draw the README's picture again (needs Chromium)
pictures:
    {{python}} docs/make_pictures.py

# Build the site into site/: a warning is an error
docs:
    {{python}} -m pip install -q -e '.[docs]'
    {{python}} -m sphinx -W --keep-going -n -q docs site

# Write what the cells of pages give, and draw their pictures: `just pages tour.md zh/tour.md`
pages *names:
    {{python}} docs/run_pages.py --write {{names}}

# Pin what Binder installs anew (needs uv)
lock:
    {{python}} binder/lock.py

# Put the links to Binder into the README, once [project.urls] has the address
links:
    {{python}} binder/address.py

# Run tests with other versions of what we depend on, and keep the table (needs uv)
matrix *corners:
    python3 tests/matrix.py --write {{corners}}

# Known vulnerabilities among what a user installs (asks a public database)
audit:
    {{python}} -m pip install -q --group audit
    {{python}} -m pip_audit --strict --no-deps --disable-pip --requirement binder/requirements.txt

# Everything that CI does
ci:
    .ci/run
