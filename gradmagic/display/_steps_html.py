"""Show the backward pass as HTML: a table of all steps, or one step with its place in the pass.

The rules stand in it twice, as LaTeX and as text. A style sheet shows the LaTeX where MathJax or KaTeX has
set it, and the text everywhere else; without the style sheet both are there to be read.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from gradmagic.display._numbers import count
from gradmagic.display._steps_facts import Addition, StepFacts, facts, shorten
from gradmagic.display._steps_text import head, results, selected
from gradmagic.messages import say

if TYPE_CHECKING:
    from gradmagic.tape import Steps

__all__ = ["step_panel", "steps_html"]

# Steps around the current one in the list beside it.
AROUND = 9

# Colours are the page's own, thinned: they fit a light and a dark page. The blue is that of the figures.
STYLE = """<style>
.gm-steps{font-size:13px;line-height:1.45;color:inherit;max-width:100%;overflow-x:auto}
.gm-steps table{border-collapse:collapse;width:100%;margin:4px 0;border:0;font-size:inherit}
.gm-steps caption{font-size:inherit;text-align:left;caption-side:top;padding:2px 0 6px;color:inherit}
.gm-steps th,.gm-steps td{text-align:left!important;vertical-align:top;padding:6px 10px;border:0;
border-top:1px solid rgba(128,128,128,.35);background:transparent;white-space:normal;color:inherit}
.gm-steps th{font-weight:600}
.gm-steps td:first-child{text-align:right!important;opacity:.75}
.gm-steps code{font-size:12px;background:none;color:inherit;padding:0;white-space:pre-wrap;
overflow-wrap:anywhere}
.gm-steps .gm-soft{opacity:.75;font-size:12px}
.gm-steps .gm-line{display:block;margin:0 0 2px}
.gm-steps .gm-done{font-weight:600}
.gm-steps .gm-tex{display:none}
.gm-steps .gm-rule:has(mjx-container,.MathJax,.katex) .gm-tex{display:inline}
.gm-steps .gm-rule:has(mjx-container,.MathJax,.katex) .gm-text{display:none}
.gm-steps .gm-pair{display:flex;gap:18px;flex-wrap:wrap}
.gm-steps ol{list-style:none;margin:0;padding:0;flex:0 1 250px;min-width:180px}
.gm-steps li{padding:3px 8px;margin:0;border-left:3px solid rgba(128,128,128,.35);overflow-wrap:anywhere}
.gm-steps li[aria-current]{border-left-color:#3f87d9;background:rgba(63,135,217,.16);font-weight:600}
.gm-steps section{flex:1 1 340px;min-width:0}
.gm-steps dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 14px;margin:8px 0 0}
.gm-steps dt{font-weight:400;opacity:.75}
.gm-steps dd{margin:0;min-width:0}
</style>"""


def steps_html(steps: Steps) -> str:
    """Return a table of the steps, of a long pass the first and the last ones."""
    said = say("steps-caption", target=steps.target)
    if not steps.steps:
        return _wrapped(f"<p>{escape(head(steps))}</p>", said)
    names = ("place", "operation", "rule", "arrives", "adds")
    header = "".join(f'<th scope="col">{escape(_column(name))}</th>' for name in names)
    first, left_out, last = selected(steps.steps)
    rows = [_row(facts(step)) for step in first]
    if left_out:
        text = escape(say("steps-left-out", count=count(left_out)))
        rows.append(f'<tr><td></td><td colspan="{len(names) - 1}">{text}</td></tr>')
        rows += [_row(facts(step)) for step in last]
    table = (
        f"<table><caption>{escape(head(steps))}</caption><thead><tr>{header}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table>"
    )
    end = [*results(steps)]
    if steps.unseen:
        end.append(say("steps-unseen", count=count(steps.unseen)))
    return _wrapped(table + _lines(map(_code, end)), said)


def step_panel(steps: Steps, index: int) -> str:
    """Return one step with its place among the others, for a panel that shows one at a time.

    Args:
        steps: the whole pass; without any step the sentence about it is all there is to show.
        index: which step, from 0.
    """
    said = say("steps-caption", target=steps.target)
    if not steps.steps:
        return _wrapped(f"<p>{escape(head(steps))}</p>", said)
    found = facts(steps[index])
    place = escape(say("steps-place", number=count(index + 1), count=count(len(steps))))
    detail = f'<section aria-live="polite"><div class="gm-soft">{place}</div>{_name(found)}{_details(found)}'
    if index == len(steps) - 1:
        detail += f"<p>{_lines(map(_code, results(steps)))}</p>"
    return _wrapped(f'<div class="gm-pair">{_list(steps, index)}{detail}</section></div>', said)


def _wrapped(body: str, title: str) -> str:
    return f'{STYLE}<div class="gm-steps" role="group" aria-label="{escape(title)}">{body}</div>'


def _column(name: str) -> str:
    return "" if name == "place" else say(f"steps-{name}")


def _row(said: StepFacts) -> str:
    cells = [
        str(said.number),
        _name(said),
        _rule(said) + _operands(said),
        _lines(_code(f"{name} = {value}") for name, value in said.incoming),
        _lines(map(_addition, said.additions)),
    ]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _details(said: StepFacts) -> str:
    pairs = [
        ("steps-rule", _rule(said)),
        ("steps-with", _operands(said)),
        ("steps-arrives", _lines(_code(f"{name} = {value}") for name, value in said.incoming)),
        ("steps-adds", _lines(map(_addition, said.additions))),
    ]
    return f"<dl>{''.join(f'<dt>{escape(say(key))}</dt><dd>{body}</dd>' for key, body in pairs if body)}</dl>"


def _name(said: StepFacts) -> str:
    return (
        f'<code class="gm-line">{escape(said.title)}</code><span class="gm-soft">{escape(said.where)}</span>'
    )


def _rule(said: StepFacts) -> str:
    parts = zip(said.rule, said.latex, strict=True)
    lines = _lines(
        f'<span class="gm-text">{escape(text)}</span>'
        f'<span class="gm-tex" aria-hidden="true">$\\displaystyle {escape(latex)}$</span>'
        for text, latex in parts
    )
    notes = _lines(f'<span class="gm-soft">{escape(note)}</span>' for note in said.notes)
    return f'<div class="gm-rule">{lines}</div>{notes}'


def _operands(said: StepFacts) -> str:
    return _lines(map(_code, said.operands))


def _addition(addition: Addition) -> str:
    text = say("steps-to", owner=addition.owner)
    if addition.total:
        text += say("steps-so-far", total=addition.total)
    more = ""
    if addition.progress:
        done = f' class="gm-done" title="{escape(say("steps-complete"))}"' if addition.complete else ""
        more = f"<span{done}>{escape(addition.progress)}</span>"
    term = _code(f"{addition.symbol} += {addition.term}")
    return f'{term}<span class="gm-line gm-soft">{escape(text)}{more}</span>'


def _list(steps: Steps, index: int) -> str:
    """The operations around the current one; the rest is told by number."""
    start = max(0, min(index - AROUND // 2, len(steps) - AROUND))
    end = min(len(steps), start + AROUND)
    items = [f"<li>{escape(say('steps-left-out', count=count(start)))}</li>"] if start else []
    for place in range(start, end):
        current = ' aria-current="step"' if place == index else ""
        items.append(f"<li{current}><code>{place + 1}. {escape(shorten(steps[place].label))}</code></li>")
    if end < len(steps):
        items.append(f"<li>{escape(say('steps-left-out', count=count(len(steps) - end)))}</li>")
    return f'<ol aria-label="{escape(say("steps-list"))}">{"".join(items)}</ol>'


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"


def _lines(parts: Iterable[str]) -> str:
    return "".join(f'<span class="gm-line">{part}</span>' for part in parts)
