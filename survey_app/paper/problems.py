"""What is refused in the paper room, in words."""

from survey_app.languages import catalogue


class RefusedPaper(ValueError):
    """Something that cannot be: `field` is the form's field it is about, `conflict` that somebody else was sooner."""

    def __init__(self, field: str, key: str, *, conflict: bool = False, **values: object) -> None:
        super().__init__(key)
        self.field = field
        self.key = key
        self.conflict = conflict
        self.values = values

    def words(self, language: str) -> str:
        """The sentence in a language."""
        return catalogue(language).text(f"paper.refused.{self.key}", **self.values)
