"""The verifier as one file: a zip of this very package that Python runs, the same bytes for the same sources."""

import io
import zipfile
from importlib.resources import files

PACKAGE = "survey_app.ledger.verifier"
BEGINNING_OF_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
START = f"from {PACKAGE}.__main__ import run\n\nrun()\n"


def one_file() -> bytes:
    """The bytes of `verifier.pyz`: `python verifier.pyz …`; `unzip verifier.pyz` shows the sources."""
    sources = {"__main__.py": START, "survey_app/__init__.py": "", "survey_app/ledger/__init__.py": ""}
    folder = PACKAGE.replace(".", "/")
    for source in files(PACKAGE).iterdir():
        if source.name.endswith(".py"):
            sources[f"{folder}/{source.name}"] = source.read_text(encoding="utf-8")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in sorted(sources.items()):
            archive.writestr(zipfile.ZipInfo(name, BEGINNING_OF_ZIP_TIME), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
