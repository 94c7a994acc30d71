"""Newton's step, and where it leads: to a minimum only where the Hessian is positive definite."""

from __future__ import annotations

from typing import Any

from gradmagic.messages import say
from gradmagic.tape._tape import Tape

__all__ = ["newton_with_advice"]

# Sources of up to so many numbers have the eigenvalues of their Hessian found.
LARGEST = 500


def newton_with_advice(tape: Tape, target: Any, sources: Any, name: str) -> tuple[Any, tuple[str, ...]]:
    """Return Newton's step, and what to know before it is taken.

    A step leads to where the gradient of the quadratic model is zero, be that a minimum or not. Adding a
    number to the Hessian's diagonal that outweighs its most negative eigenvalue makes it lead down
    (Nocedal and Wright 2006, section 3.4).

    Args:
        tape: the recording.
        target: a scalar tensor.
        sources: a tensor, a Variable, or any nesting of them.
        name: what the target is called.

    Raises:
        TargetError: as `Tape.newton_step`.
    """
    step, gradient, hessian = tape._newton(target, sources)
    shaped = tape._shaped(step, sources)
    if step.dtype.is_complex:
        return shaped, ()
    advice = _advice(step.numpy(), gradient.numpy(), hessian.numpy(), name)
    return shaped, (advice,) if advice else ()


def _advice(step: Any, gradient: Any, hessian: Any, name: str) -> str:
    import numpy as np  # here: `%load_ext` reads this file, and is to stay light

    slope = float(np.dot(gradient.astype(np.float64), step.astype(np.float64)))
    if step.size > LARGEST or not np.all(np.isfinite(hessian)):
        return say("tape-newton-uphill", target=name) if slope > 0 else ""
    matrix = hessian.astype(np.float64)
    found = np.linalg.eigvalsh((matrix + matrix.T) / 2)
    # Smaller than rounding makes of the largest counts as zero.
    tiny = np.abs(found).max() * len(found) * np.finfo(hessian.dtype).eps
    if found[0] >= -tiny:
        return ""
    kind = "saddle" if found[-1] > tiny else "maximum"
    way = "up" if slope > 0 else "down" if slope < 0 else "nowhere"
    return say(
        f"tape-newton-{kind}",
        target=name,
        way=say(f"tape-newton-goes-{way}", target=name),
        least=f"{found[0]:.3g}",
        damping=f"{-found[0]:.3g}",
    )
