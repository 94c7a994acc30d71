"""A chunk's rows end with the first loss that is not finite, and only then."""

import warnings

import numpy as np
import pytest

from gradmagic.training._loop import until_not_finite

BIG = np.finfo(np.float32).max


@pytest.mark.parametrize("width", [3, 5])
@pytest.mark.parametrize(
    ("losses", "kept"),
    [
        ([1, 2, 3], 3),
        ([BIG, BIG, BIG], 3),  # whose sum is infinite
        ([BIG, -BIG, 1], 3),
        ([1, np.inf, 2], 2),
        ([1, 2, np.nan], 3),
        ([np.inf, -np.inf, 1], 1),
        ([1, -np.inf, np.nan], 2),
        ([BIG, BIG, np.nan, 1], 3),
        ([np.nan], 1),
    ],
)
def test_rows_end_where_the_loss_does(losses, kept, width):
    rows = np.ones((len(losses), width), np.float32)
    rows[:, 0] = losses
    rows[:, 1] = np.nan  # another column decides nothing
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = until_not_finite(rows)
    np.testing.assert_array_equal(found, rows[:kept])


def test_long_rows_with_one_loss_that_is_not_finite():
    for place in (0, 1, 4999, 9999):
        rows = np.ones((10_000, 5), np.float32)
        rows[place, 0] = np.inf
        assert len(until_not_finite(rows)) == place + 1
