"""Pages, partials, failures, navigation and panels."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.template import Context, Template, TemplateDoesNotExist, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from xingke.words import both
from xingke_web.ui import errors, navigation, panels, styleguide, svg
from xingke_web.ui.pages import page


@pytest.fixture
def visitor():
    """A request of a viewer who may only see customers."""
    workspace = SimpleNamespace(slug="ia", name="Iowa", currency="USD", as_of=date(2026, 10, 23), is_sample=True, sample_note="public data")
    viewer = SimpleNamespace(
        display_name="Li",
        role_label="Analyst",
        workspace=workspace,
        workspaces=(workspace,),
        scope_path="/",
        scope_name="All",
        language="en",
        can=lambda capability: capability == "customers.view",
    )

    def make(path="/styleguide/", **headers):
        request = RequestFactory().get(path, headers=headers)
        request.viewer = viewer
        return request

    return make


def guide(request):
    return page(request, "ui/styleguide.html", styleguide.context(request), partial="list")


def test_a_plain_request_gets_the_page_and_htmx_its_part(visitor):
    whole, part = guide(visitor()), guide(visitor(**{"HX-Request": "true"}))
    assert b"<!doctype html>" in whole.content
    assert part.content.lstrip().startswith(b"<section")
    plain, fragment = (re.sub(rb'value="\w{64}"', b"token", response.content) for response in (whole, part))
    assert fragment.strip() in plain
    assert whole["Vary"] == part["Vary"] == "HX-Request"


def test_restored_history_gets_the_page(visitor):
    assert b"<html" in guide(visitor(**{"HX-Request": "true", "HX-History-Restore-Request": "true"})).content


def test_a_partial_that_is_not_defined_is_named(visitor):
    with pytest.raises(TemplateDoesNotExist, match="it defines list"):
        page(visitor(**{"HX-Request": "true"}), "ui/styleguide.html", {}, partial="rows")


def test_a_partial_can_be_shown_elsewhere_and_not_be_defined_twice():
    text = "{% load xk %}{% partialdef a %}<{{ x }}>{% endpartialdef %}{% partial a %}{% partial a %}"
    assert Template(text).render(Context({"x": 1})) == "<1><1>"
    with pytest.raises(TemplateSyntaxError, match="twice"):
        Template("{% load xk %}{% partialdef a %}{% endpartialdef %}{% partialdef a %}{% endpartialdef %}")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_style_guide_reads_in_one_language(visitor, language):
    with translation.override(language):
        text = guide(visitor()).content.decode()
    assert ("没有" in text) == (language == "zh-hans")
    assert ("Skip to the content" in text) == (language == "en")
    assert "%%" not in text
    assert "%(" not in text.split('id="xk-words"')[0]


@pytest.mark.parametrize(
    ("view", "status"), [(errors.not_found, 404), (errors.forbidden, 403), (errors.server_error, 500), (errors.csrf_failure, 403)]
)
def test_failures_carry_their_reference_as_page_and_as_part(visitor, view, status):
    for headers in ({}, {"HX-Request": "true"}):
        request = visitor(**headers)
        request.reference = "ABCD1234"
        response = view(request)
        assert response.status_code == status
        assert b"ABCD1234" in response.content
        assert response["X-Xingke-Error"] == "ABCD1234"
        assert (b"<html" in response.content) == (not headers)


def test_unknown_icons_are_refused_with_the_closest_name():
    with pytest.raises(TemplateSyntaxError, match="did you mean 'user'"):
        Template('{% load xk %}{% icon "userz" %}').render(Context())


def test_navigation_shows_what_the_viewer_may_open(visitor, monkeypatch):
    monkeypatch.setattr(navigation, "_items", {})
    navigation.register(
        navigation.NavItem(navigation.Group.CUSTOMERS, "Guide", "users", "ui:styleguide", "customers.view", badge=lambda viewer: 3),
        navigation.NavItem(navigation.Group.GOVERNANCE, "Hidden", "users", "ui:theme", "audit.view"),
    )
    groups = navigation.groups_for(visitor())
    assert [[link.label for link in group.links] for group in groups] == [["Guide"]]
    assert (groups[0].links[0].badge, groups[0].links[0].active) == (3, True)
    assert navigation.groups_for(RequestFactory().get("/")) == []


def test_panels_come_in_order_and_say_what_is_hidden(visitor, monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    facts = panels.facts_panel(
        "licence",
        title=both("许可证", "Licence"),
        facts=[panels.Fact("grade", both("档位", "Grade"))],
        record=lambda request, subject: subject,
    )
    panels.register(
        "customer",
        facts,
        panels.Panel("secret", "x.html", lambda request, subject: {}, title="Secret", region="left", capability="audit.view", order=1),
        panels.Panel("nothing", "x.html", lambda request, subject: None, region="left"),
    )
    with translation.override("en"):
        shown = panels.panels_for("customer", "left", visitor(), {"grade": 27})
    assert [panel.template for panel in shown] == ["ui/panels/hidden.html", "ui/panels/facts.html"]
    assert shown[1].context["facts"] == [("Grade", "27")]
    assert panels.panels_for("customer", "left", visitor(), {"grade": None})[1:] == []


def test_pictures_escape_words_and_skip_gaps():
    plot = svg.interval_plot([svg.Interval("<b>", -1, 0.5, 2, "a & b")])
    assert "<b>" not in plot
    assert "a &amp; b" in plot
    assert svg.sparkline([1, None]) == ""
    assert svg.sparkline([1, None, 3]).count("polyline") == 1


@pytest.mark.parametrize(
    ("low", "estimate", "high", "better", "tone"),
    [(-1, 1, 2, "higher", "none"), (1, 2, 3, "higher", "good"), (1, 2, 3, "lower", "bad"), (-3, -2, -1, "lower", "good")],
)
def test_an_interval_is_coloured_by_meaning_and_only_beside_zero(low, estimate, high, better, tone):
    assert svg.Interval("a", low, estimate, high, "", better).tone == tone


def test_a_chosen_theme_is_known_before_the_first_paint(visitor):
    request = visitor()
    request.COOKIES["xk_theme"] = "dark"
    assert b'data-bs-theme="dark"' in guide(request).content
    request.COOKIES["xk_theme"] = '"><script>'
    assert b'data-bs-theme="light"' in guide(request).content


def test_a_theme_is_remembered_and_leads_back_to_this_site_only(client):
    response = client.post("/preferences/theme/", {"theme": "dark", "next": "//elsewhere.example/"})
    assert response["Location"] == "/"
    assert response.cookies["xk_theme"].value == "dark"
    assert client.get("/preferences/theme/").status_code == 405
