"""What is wrong with a definition: each problem names its line and the rule it breaks. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule.

    `line` counts from 1 (0: not from a file); `rule` is the key of its explanation, `questionnaires.rule.<rule>` in
    `translations/*/questionnaires.po`; `details` fill the placeholders there.
    """

    line: int
    rule: str
    details: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"line {self.line}: {self.rule}" + (f" ({details})" if details else "")


class DefinitionError(ValueError):
    """A definition breaks rules: all of them, in the order of the lines."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__("\n".join(f"{source} {problem}" for problem in self.problems))
