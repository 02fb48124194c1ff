"""The bare minimum that Flask can serve: what the product's pages are measured against."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "hello"


@app.get("/healthz")
def healthz() -> str:
    """Say that the server is up."""
    return "ok"
