"""The committed assets are the ones that were reviewed, and templates keep to the content security policy."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from xingke_web.ui.templatetags.xk import icon_names

WEB = Path(__file__).resolve().parents[3] / "src" / "xingke_web"
STATIC = WEB / "ui" / "static"
ASSETS = tomllib.loads((STATIC / "vendor" / "VENDOR.toml").read_text(encoding="utf-8"))["asset"]
TEMPLATES = sorted(WEB.rglob("templates/**/*.html"))
OWN = sorted((WEB / "ui" / "templates").rglob("*.html"))


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset["name"])
def test_a_vendored_file_is_the_one_that_is_named(asset):
    content = (STATIC / asset["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == asset["sha256"]
    assert b"sourceMappingURL" not in content
    assert asset["license_texts"]
    for text in asset["license_texts"]:
        assert (STATIC / "vendor" / "licenses" / text).stat().st_size > 100


def test_every_vendored_file_is_listed():
    listed = {asset["file"] for asset in ASSETS}
    found = {f"vendor/{path.name}" for path in (STATIC / "vendor").iterdir() if path.is_file() and path.name != "VENDOR.toml"}
    assert found | {"ui/icons.svg"} == listed


def test_no_template_has_inline_styles_scripts_or_handlers():
    offenders = []
    for path in TEMPLATES:
        text = re.sub(r"{% comment %}.*?{% endcomment %}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        inline = re.search(r"\sstyle=|<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|hx-on|javascript:|hx-vals=['\"]js:", text)
        if inline:
            offenders.append(f"{path.relative_to(WEB)}: {inline.group(0).strip()}")
    assert offenders == []


def test_templates_name_only_icons_of_the_sprite():
    named = {
        (name, path.name)
        for path in TEMPLATES
        for name in re.findall(r"""(?:{% icon |icon_name=)["']([a-z0-9-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert {(name, where) for name, where in named if name not in icon_names()} == set()


@pytest.mark.parametrize("path", OWN, ids=lambda path: path.name)
def test_a_shared_template_says_what_it_needs(path):
    assert "{% comment %}" in path.read_text(encoding="utf-8")[:300]


def test_the_style_sheet_keeps_to_the_browsers_of_the_floor():
    css = (STATIC / "ui" / "xk.css").read_text(encoding="utf-8")
    assert not re.search(r"light-dark\(|:has\(|@import|\s&[ .:]|oklch\(|color-mix\(", css)


def test_both_themes_define_the_same_tints():
    css = (STATIC / "ui" / "xk.css").read_text(encoding="utf-8")
    light, dark = (set(re.findall(r"(--xk-[a-z0-9-]+):", block)) for block in (css.split("}")[0], css.split("}")[1]))
    shared = {"--xk-radius", "--xk-control", "--xk-font", "--xk-nav-text", "--xk-nav-active", "--xk-slate"}
    assert light - dark == shared
