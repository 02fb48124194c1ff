"""What is wrong with a file or a change, and what to do: kept as rules, put into words by the catalogues."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from survey_app.languages import catalogue


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule of a file.

    `line` counts from 1 (0: the file as a whole); `rule` is the key of its words, `territory.rule.<rule>`; `details`
    fill that text's placeholders.
    """

    line: int
    rule: str
    details: Mapping[str, str] = field(default_factory=dict)

    def words(self, language: str) -> str:
        """What is wrong and what to do, after the number of its line, in the language."""
        texts = catalogue(language)
        words = texts.text(f"territory.rule.{self.rule}", **self.details)
        return texts.text("territory.line", line=self.line, words=words) if self.line else words


class TerritoryFileError(ValueError):
    """A file of units cannot be taken; `problems` holds all of them, in the order of the lines."""

    def __init__(self, source: str, problems: Iterable[Problem]) -> None:
        self.source = source
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__(source, self.problems)

    def words(self, language: str) -> list[str]:
        """One sentence for each problem, in the language."""
        return [problem.words(language) for problem in self.problems]

    def __str__(self) -> str:
        return "\n".join(f"{self.source}: {words}" for words in self.words("en"))


class RefusedChange(ValueError):
    """A change to the territory that would contradict what is stored; nothing was written."""

    def __init__(self, rule: str, **details: object) -> None:
        self.rule = rule
        self.details = {name: str(value) for name, value in details.items()}
        super().__init__(rule, self.details)

    def words(self, language: str) -> str:
        """What is in the way and what to do, in the language."""
        return catalogue(language).text(f"territory.refused.{self.rule}", **self.details)

    def __str__(self) -> str:
        return self.words("en")
