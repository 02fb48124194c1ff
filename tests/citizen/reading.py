"""Reads what a person would see on a page that a test fetched."""

from xml.etree.ElementTree import Element

import html5lib
from werkzeug.test import TestResponse

from tests.support.pages import text_of
from tests.support.surveys import TOKEN


def document_of(response: TestResponse) -> Element:
    """The page as a tree, whatever its status."""
    document: Element = html5lib.parse(response.get_data(as_text=True), namespaceHTMLElements=False)
    return document


def token_of(response: TestResponse) -> str:
    """The token in the page's form."""
    found = TOKEN.search(response.get_data(as_text=True))
    assert found is not None, "no form on the page"
    return found.group(1)


def choices_of(response: TestResponse) -> dict[str, str]:
    """What is chosen or written in the page's form, by name of the question."""
    document = document_of(response)
    chosen = {
        control.get("name", ""): control.get("value", "")
        for control in document.iter("input")
        if control.get("type") == "radio" and control.get("checked") is not None
    }
    written = {area.get("name", ""): area.text for area in document.iter("textarea") if area.text}
    return chosen | written


def problems_of(response: TestResponse) -> list[tuple[str, str]]:
    """The words of the summary of problems, each with the id that it leads to; those ids must exist."""
    document = document_of(response)
    ids = {element.get("id") for element in document.iter()}
    summary = [element for element in document.iter("div") if element.get("role") == "alert"]
    problems = [(text_of(link), link.get("href", "")[1:]) for part in summary for link in part.iter("a")]
    assert all(target in ids for _, target in problems), problems
    return problems


def paragraphs_of(response: TestResponse) -> list[str]:
    """The paragraphs of the page."""
    return [text_of(paragraph) for paragraph in document_of(response).iter("p")]


def heading_of(response: TestResponse) -> str:
    """The page's h1."""
    return text_of(next(document_of(response).iter("h1")))


def title_of(response: TestResponse) -> str:
    """What the browser's tab and a screen reader say first."""
    return text_of(next(document_of(response).iter("title")))
