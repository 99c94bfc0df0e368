"""The files of the web page load nothing from other hosts, and make no HTML of text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from local.phones.api import PAGE

if TYPE_CHECKING:
    from pathlib import Path

FILES = sorted(PAGE.iterdir())
SCRIPTS = [file for file in FILES if file.suffix == ".js"]
#: APIs that make markup or code of text. Source: the sinks of the Trusted Types specification.
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment"
    r"|srcdoc|\beval\(|new Function|setHTML|javascript:"
)


def test_files_contain_no_url_of_another_host() -> None:
    for file in FILES:
        urls = re.findall(r"https?://[^\s\"')]+", file.read_text(encoding="utf-8"))
        assert set(urls) <= {"http://www.w3.org/2000/svg"}, file.name


@pytest.mark.parametrize("file", SCRIPTS, ids=lambda file: file.name)
def test_no_script_makes_html_of_text(file: Path) -> None:
    assert not SINKS.search(file.read_text(encoding="utf-8"))


def test_page_has_no_inline_script_or_style() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)


def test_imported_scripts_exist() -> None:
    for file in SCRIPTS:
        for name in re.findall(r'from "\./([^"]+)"', file.read_text(encoding="utf-8")):
            assert (PAGE / name).exists(), f"{file.name} imports {name}"


def test_every_field_has_a_label_and_scripts_use_existing_ids() -> None:
    page = (PAGE / "index.html").read_text(encoding="utf-8")
    ids = set(re.findall(r'\sid="([^"]+)"', page))
    labelled = set(re.findall(r'<label for="([^"]+)"', page))
    fields = set(re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page))
    assert fields <= labelled
    for file in SCRIPTS:
        used = set(re.findall(r'\$\("([^"]+)"\)', file.read_text(encoding="utf-8")))
        assert used <= ids, file.name
