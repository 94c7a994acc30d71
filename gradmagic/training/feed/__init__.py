"""What the steps of a training are given: batches of data, and a learning rate schedule."""

from gradmagic.training.feed._columns import Columns, make_columns
from gradmagic.training.feed._feed import Feed, Moment
from gradmagic.training.feed._schedule import SCHEDULES, Schedule, make_schedule
from gradmagic.training.feed._source import (
    Arguments,
    Batches,
    Dataset,
    NoData,
    Source,
    Streamed,
    Whole,
)

__all__ = [
    "SCHEDULES",
    "Arguments",
    "Batches",
    "Columns",
    "Dataset",
    "Feed",
    "Moment",
    "NoData",
    "Schedule",
    "Source",
    "Streamed",
    "Whole",
    "make_columns",
    "make_schedule",
]
