"""Tab completion on the magics' lines, in a terminal and in what asks a kernel for completions."""

from __future__ import annotations

from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from gradmagic.magics._candidates import candidates

__all__ = ["Completion"]


class Completion:
    """The completions of one shell."""

    def __init__(self, shell: Any) -> None:
        self.shell = shell
        self.matcher = self._match  # one object, so that it is found again

    def add(self) -> None:
        """Complete the lines of every magic."""
        self.shell.Completer.custom_matchers.append(self.matcher)

    def remove(self) -> None:
        """Complete them no longer."""
        matchers = self.shell.Completer.custom_matchers
        matchers[:] = [kept for kept in matchers if kept is not self.matcher]

    # First of all: what is found spares Jedi and the names of files, which know nothing about options.
    @context_matcher(identifier="gradmagic", priority=1000)  # type: ignore[untyped-decorator]  # IPython's
    def _match(self, context: CompletionContext) -> SimpleMatcherResult:
        typed, found = candidates(context.text_until_cursor, self.shell.user_ns, self.shell.automagic)
        return SimpleMatcherResult(
            completions=[SimpleCompletion(one.text, type=one.kind) for one in found],
            matched_fragment=typed,
            ordered=True,
            suppress=bool(found),
        )
