"""Names and derivatives as they are written: `∂loss/∂w`, `d²y/dx²`, `f''(2)`, in text and in LaTeX."""

from __future__ import annotations

import re

__all__ = ["latex_derivative", "latex_name", "latex_prime", "prime", "text_derivative"]

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_GREEK = frozenset(
    [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "pi",
        "rho",
        "sigma",
        "tau",
        "phi",
        "chi",
        "psi",
        "omega",
        "Gamma",
        "Delta",
        "Theta",
        "Lambda",
        "Xi",
        "Pi",
        "Sigma",
        "Phi",
        "Psi",
        "Omega",
    ]
)


def text_derivative(target: str, source: str, order: int, *, partial: bool) -> str:
    """Return `dy/dx`, `∂²L/∂w²`; compound names are put in parentheses."""
    sign = "∂" if partial else "d"
    power = "" if order == 1 else str(order).translate(_SUPERSCRIPTS)
    return f"{sign}{power}{_wrapped(target)}/{sign}{_wrapped(source)}{power}"


def prime(name: str, order: int) -> str:
    """Return `f`, `f'`, `f''`, `f'''`, `f⁽⁴⁾`."""
    if order <= 3:
        return name + "'" * order
    return f"{name}⁽{str(order).translate(_SUPERSCRIPTS)}⁾"


def latex_name(name: str) -> str:
    """Return a Python name in LaTeX: one letter in italics, a Greek one as such, a word upright."""
    stem, _, subscript = name.partition("_")
    if name in _GREEK:
        return rf"\{name}"
    if len(name) == 1:
        return name
    if (len(stem) == 1 or stem in _GREEK) and re.fullmatch(r"[A-Za-z0-9]{1,8}", subscript):
        return (
            rf"{latex_name(stem)}_{{\mathrm{{{subscript}}}}}"
            if not subscript.isdigit()
            else (rf"{latex_name(stem)}_{{{subscript}}}")
        )
    escaped = re.sub(r"([_{}$%&#])", r"\\\1", name)
    return rf"\mathrm{{{escaped}}}" if re.fullmatch(r"\w+", name) else rf"\text{{{escaped}}}"


def latex_derivative(target: str, source: str, order: int, *, partial: bool) -> str:
    """Return the fraction for `text_derivative` in LaTeX."""
    sign = r"\partial" if partial else r"\mathrm{d}"
    power = "" if order == 1 else f"^{{{order}}}"
    return rf"\frac{{{sign}{power} {latex_name(target)}}}{{{sign} {latex_name(source)}{power}}}"


def latex_prime(name: str, order: int) -> str:
    """Return `prime` in LaTeX."""
    return latex_name(name) + ("'" * order if order <= 3 else f"^{{({order})}}")


def _wrapped(name: str) -> str:
    return name if re.fullmatch(r"[\w.\[\]'\"/]+", name) else f"({name})"
