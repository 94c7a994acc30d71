"""The tiers of tests: which a test belongs to, and which are run by whom. `python tests/tiers.py` prints the rest.

`pytest` runs the default tier: all tests that are in no other, and of each other tier the members marked `smoke`.
`.ci/run` and `just test-all` run the rest besides. `soak` is run by hand.
"""

from __future__ import annotations

from collections.abc import Collection

# Each a marker; what its tests cost is in README.md.
TIERS = ("slow", "kernel", "sandbox", "notebook", "browser", "redteam", "corpus")

# The tier of all tests that use a fixture: what makes them costly.
FIXTURES = {
    "lab": "browser",
    "runtime": "kernel",
    "kernel": "kernel",
    "place": "sandbox",
    "worker": "sandbox",
    "learned": "sandbox",
    "warm_folder": "notebook",
}

# The tier of all other tests of a folder, a file or a function, by its id below tests/; the longest that fits counts.
PLACES = {
    "benchmarks": "slow",
    "browser": "browser",
    "cli/test_commands.py": "kernel",
    "course/test_execute.py": "kernel",
    "course/test_nbval.py": "kernel",
    "docs/test_pages.py": "kernel",
    "docs/test_site.py": "slow",
    "front_ends": "slow",
    "gpu": "slow",
    "grading/test_class.py": "sandbox",
    "grading/test_cluster.py": "sandbox",
    "grading/test_grade.py": "sandbox",
    "grading/test_parent_dies.py": "sandbox",
    "grading/test_stillness.py::test_a_block_that_ends_with_the_stop_notices_it_too": "slow",
    "grading/test_stillness.py::test_being_busy_is_no_stop": "slow",
    "kernels/test_pages.py": "kernel",
    "magics/test_extension.py::test_the_learners_own_import_of_tensorflow_is_quiet": "slow",
    "magics/test_strategy.py": "slow",
    "redteam": "redteam",
    "tape/test_check_function.py::test_one_planted_factor_is_found": "slow",
    "tape/test_growth.py": "slow",
    "tape/test_memory.py::test_a_compiled_program_asks_for_a_buffer": "slow",
    "training/diagnosis/test_programs.py": "corpus",
    "training/distribution": "slow",
    "training/optimizers": "corpus",
    "training/test_race.py::test_principal_directions_are_not_those_of_who_diverged": "slow",
    "training/test_sweep.py::test_every_lane_is_the_training_alone": "slow",
    "training/test_sweep.py::test_every_optimizer_by_name": "slow",
    "training/test_train_checkpoint.py::test_a_killed_process_resumes_to_the_same_numbers": "slow",
    "training/test_train_checkpoint.py::test_a_training_in_two_parts_is_the_training_in_one": "slow",
    "training/test_train_equals_plain_loop.py::test_float32": "slow",
    "training/test_train_equals_plain_loop.py::test_float64": "slow",
    "training/test_train_keras_optimizers.py": "slow",
    "training/test_train_mixed.py": "slow",
    "training/test_train_models.py": "slow",
    "training/test_train_peers.py": "slow",
    "training/test_train_random.py::test_a_loss_that_draws_is_trained_as_the_eager_loop_would": "slow",
    "training/test_train_run.py::test_a_training_writes_nothing_to_the_descriptors": "slow",
    "training/test_train_run.py::test_the_plain_program_gives_the_same_numbers": "slow",
    "widgets/test_lifecycle.py::test_a_kernel_that_restarts_and_shuts_down_in_the_middle_of_a_run": "kernel",
    "widgets/test_lifecycle.py::test_the_interpreters_end_in_the_middle_of_a_run": "slow",
}


# Of each tier the members that the default run has, so that each kind of costly test is seen to work: file and test,
# with the parameters where not all of them.
SMOKE = {
    "slow": (
        "front_ends/test_script.py::test_everything_is_text_and_nothing_of_ipython_or_widgets_is_imported",
        "training/test_sweep.py::test_every_lane_is_the_training_alone[adam]",
        "training/test_train_checkpoint.py::test_a_training_in_two_parts_is_the_training_in_one[auto-adam]",
        "training/test_train_equals_plain_loop.py::test_float32[adam-matrix]",
        "training/test_train_equals_plain_loop.py::test_float64[momentum]",
        "training/test_train_models.py::test_a_model_learns_what_the_plain_loop_learns[dense-auto]",
        "training/test_train_random.py::"
        "test_a_loss_that_draws_is_trained_as_the_eager_loop_would[stateless uniform]",
        "training/test_train_run.py::test_the_plain_program_gives_the_same_numbers[adam]",
    ),
    "kernel": (
        "magics/test_kernel.py::test_startup_lines_do_not_reach_the_notebook",
        "magics/test_kernel.py::test_an_interrupt_in_a_recorded_cell",
        "kernels/test_warm.py::test_it_is_forked_from_the_parent",
        "kernels/test_warm.py::test_a_gradient",
    ),
    "sandbox": (
        "grading/test_grading.py::test_feedback_tells_what_came_and_not_what_is_right",
        "grading/sandbox/test_files.py::test_a_file_outside_is_not_there",
    ),
    "notebook": ("notebooks/test_solutions.py::test_every_output_comes_again_in_a_cold_kernel",),
    "browser": ("browser/test_panels.py::test_live_by_the_keyboard_alone",),
    "redteam": ("redteam/test_redteam.py::test_one_hostile_notebook_beside_an_honest_one",),
    "corpus": ("training/optimizers/test_state.py::test_the_same_steps[closure_with_nonlocal]",),
}


def is_smoke(test: str) -> bool:
    """Return whether the default run has a test of another tier, by its id below tests/."""
    members = [member for members in SMOKE.values() for member in members]
    return test in members or test.partition("[")[0] in members


def tier_of(test: str, fixtures: Collection[str]) -> str:
    """Return the tier of a test by its id below tests/ and its fixtures, `""` for the default one."""
    name = test.partition("[")[0]
    for place in (name, name.partition("::")[0]):
        if place in PLACES:
            return PLACES[place]
    for fixture, tier in FIXTURES.items():
        if fixture in fixtures:
            return tier
    fitting = [place for place in PLACES if name.startswith(f"{place}/")]
    return PLACES[max(fitting, key=len)] if fitting else ""


def default_expression() -> str:
    """Return what `pytest` is given by `pyproject.toml` as `-m`."""
    return f"smoke or not (soak or {' or '.join(TIERS)})"


def rest_expression() -> str:
    """Return the `-m` of all that the default run leaves out, but for `soak`."""
    return f"({' or '.join(TIERS)}) and not smoke and not soak"


if __name__ == "__main__":
    print(rest_expression())
