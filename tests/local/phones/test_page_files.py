"""The page's own files load nothing from elsewhere, and make no HTML of texts."""

from __future__ import annotations

import re

import pytest

from local.phones.api import PAGE

FILES = sorted(PAGE.iterdir())
SCRIPTS = [one for one in FILES if one.suffix == ".js"]
#: Whatever makes markup or code of a text. Source: the sinks of the Trusted Types specification.
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment"
    r"|srcdoc|\beval\(|new Function|setHTML|javascript:"
)


def test_nothing_is_named_that_is_elsewhere() -> None:
    for file in FILES:
        named = re.findall(r"https?://[^\s\"')]+", file.read_text(encoding="utf-8"))
        assert set(named) <= {"http://www.w3.org/2000/svg"}, file.name


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_no_script_makes_html_of_a_text(file: object) -> None:
    assert not SINKS.search(PAGE.joinpath(str(file)).read_text(encoding="utf-8"))


def test_the_page_has_no_script_and_no_style_inline() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_what_a_script_imports_is_there() -> None:
    for file in SCRIPTS:
        for name in re.findall(r'from "\./([^"]+)"', file.read_text(encoding="utf-8")):
            assert (PAGE / name).exists(), f"{file.name} imports {name}"


def test_every_field_has_a_label_and_every_element_that_scripts_name_is_there() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    fields = set(re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page))
    assert fields <= labelled
    for file in SCRIPTS:
        named = set(re.findall(r'\$\("([^"]+)"\)', file.read_text(encoding="utf-8")))
        assert named <= ids, file.name
