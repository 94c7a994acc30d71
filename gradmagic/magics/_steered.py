"""`%train --live` and `--explore`: what is trained, and the panel for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gradmagic import training
from gradmagic.magics._again_line import again_line

if TYPE_CHECKING:
    from gradmagic.magics._session import Session
    from gradmagic.widgets import Panel

__all__ = ["steered"]

# So long a live run lasts at least, in seconds, unless its speed is moved: one that is over in a
# millisecond cannot be steered.
SECONDS = 6.0


def steered(
    options: Any, magic: str, loss: Any, variables: Any, arguments: dict[str, Any], session: Session
) -> tuple[Any, Panel | None]:
    """Begin, and return the run or the explorer with its panel.

    There is no panel where no kernel serves one, or quiet was asked.

    Args:
        options: What was parsed of the line.
        magic: `"train"` or `"train_cell"`.
        loss: As for `train`.
        variables: As for `train`.
        arguments: The others.
        session: Whose names the line uses.
    """
    served = hasattr(session.shell, "kernel") and not options.quiet
    if options.explore:
        explorer = training.Explorer(loss, variables, **arguments)
        if not served:
            return explorer, None
        from gradmagic.widgets import ExplorePanel

        asked = {knob.name: knob.value for knob in explorer.knobs}
        return explorer, ExplorePanel(explorer, _line(options, magic, asked, explorer.run, session))
    if not served:
        return training.train(loss, variables, background=True, movable=True, **arguments), None
    from gradmagic.widgets import LivePanel

    arguments["pace"] = speed = training.step_count(loss, variables, **arguments) / SECONDS
    run = training.train(loss, variables, background=True, movable=True, **arguments)
    asked = dict(run.hyperparameters)
    return run, LivePanel(run, _line(options, magic, asked, run, session), speed=speed)


def _line(options: Any, magic: str, asked: Mapping[str, float], run: Any, session: Session) -> Any:
    return lambda values: again_line(
        options, magic, values, asked=asked, settings=run.settings, namespace=session.namespace
    )
