from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xingke.errors import UnknownName, UserFacingError
from xingke.words import both
from xingke_web.accounts.contracts import OrgUnitRow, SyncCount
from xingke_web.accounts.facade import (
    in_scope,
    membership_set,
    org_units_sync,
    viewer_for,
    workspace_create,
    workspace_info,
    workspaces_all,
)
from xingke_web.accounts.models import OrgUnit
from xingke_web.accounts.paths import parent_of, path_check
from xingke_web.accounts.roles import CAPABILITIES, GRANTS, ROLE_WORDS, Role

SLUG = "iowa"

step = st.text(alphabet="abc12", min_size=1, max_size=3)
paths = st.lists(step, max_size=4).map(lambda steps: "/" + "/".join(steps))


@given(paths, paths)
def test_in_scope_compares_whole_steps(path, scope):
    steps, wanted = path.strip("/").split("/"), scope.strip("/").split("/")
    assert in_scope(path, scope) == (scope == "/" or steps[: len(wanted)] == wanted)


@given(paths)
def test_every_unit_lies_within_the_unit_above_it(path):
    assert in_scope(path, parent_of(path))


@pytest.mark.parametrize("bad", ["", "ia", "/ia/", "//", "/ia//polk"])
def test_a_text_that_is_no_path_is_refused(bad):
    with pytest.raises(UserFacingError, match="organisation path"):
        path_check(bad)


def test_no_role_both_prepares_and_launches_a_campaign():
    assert not [role for role, grants in GRANTS.items() if {"campaigns.edit", "campaigns.launch"} <= grants]
    assert all(grants <= set(CAPABILITIES) for grants in GRANTS.values())
    assert set(GRANTS) == set(ROLE_WORDS) == set(Role)


def test_a_misspelt_capability_is_an_error_and_not_a_refusal(viewer_analyst):
    with pytest.raises(UnknownName, match=r"did you mean 'customers\.view'"):
        viewer_analyst.can("customer.view")


def test_a_viewer_cannot_be_changed(viewer_analyst):
    with pytest.raises(FrozenInstanceError):
        viewer_analyst.scope_path = "/"


def test_the_scope_starts_at_the_right_and_narrows_within_it(approver):
    client = approver.client
    assert client.post("/w/iowa/scope/set/", {"path": "/ia/polk/ames", "next": "/w/iowa/audit/"})["Location"] == "/w/iowa/audit/"
    viewer = client.get("/w/iowa/audit/").wsgi_request.viewer
    assert (viewer.org_path, viewer.scope_path, viewer.scope_name) == ("/ia/polk", "/ia/polk/ames", "艾姆斯")


@pytest.mark.parametrize("outside", ["/", "/ia", "/ia/polk2", "/ia/linn/marion", "/ia/polk/nowhere", "/ia/polk/../linn"])
def test_a_scope_outside_the_right_is_refused(approver, outside):
    assert approver.client.post("/w/iowa/scope/set/", {"path": outside}).status_code == 404
    assert approver.client.get("/w/iowa/audit/").wsgi_request.viewer.scope_path == "/ia/polk"


def test_a_scope_chosen_before_the_right_shrank_no_longer_holds(approver):
    approver.client.post("/w/iowa/scope/set/", {"path": "/ia/polk/ames"})
    membership_set("approver", SLUG, role="approver", org_path="/ia/linn")
    assert approver.client.get("/w/iowa/audit/").wsgi_request.viewer.scope_path == "/ia/linn"


def test_the_tree_shows_only_units_within_the_right(approver):
    tree = approver.client.get("/w/iowa/scope/", headers={"HX-Request": "true"}).text
    assert "艾姆斯" in tree
    assert "安克尼" in tree
    assert "林恩" not in tree
    assert "马里恩" not in approver.client.get("/w/iowa/scope/?parent=/ia/linn").text


def test_the_scope_never_leads_to_another_site(approver):
    response = approver.client.post("/w/iowa/scope/set/", {"path": "/ia/polk", "next": "https://evil.example/"})
    assert response["Location"].startswith("/")


def test_synchronising_the_organisation_makes_it_equal_to_the_rows(workspace, org_rows):
    assert org_units_sync(SLUG, org_rows) == SyncCount(0, 0, 0)
    rows = [OrgUnitRow("/ia", "Iowa", "province"), OrgUnitRow("/ia/new", "New", "city")]
    assert org_units_sync(SLUG, rows) == SyncCount(added=1, changed=1, removed=6)
    assert set(OrgUnit.objects.values_list("path", "name", "parent_path")) == {("/ia", "Iowa", "/"), ("/ia/new", "New", "/ia")}


def test_a_retailer_needs_a_customer_number_and_nobody_else_has_one(make_person):
    with pytest.raises(UserFacingError):
        make_person("one", "retailer")
    with pytest.raises(UserFacingError):
        make_person("two", "analyst", "/", 5)


def test_the_workspace_speaks_both_languages(workspace):
    assert workspace_info(SLUG).name == "爱荷华烈酒"
    assert [each.name for each in workspaces_all(language="en")] == ["Iowa spirits"]
    with pytest.raises(UnknownName, match="did you mean 'iowa'"):
        workspace_info("iowaa")


def test_a_viewer_of_no_membership_is_none(analyst, stranger):
    assert viewer_for(analyst.user, "elsewhere") is None
    assert viewer_for(analyst.user, None) == analyst.viewer


def test_a_refusal_names_what_is_hidden_who_may_and_whom_to_ask(customer_manager, admin):
    response = customer_manager.client.get("/w/iowa/audit/")
    assert response.status_code == 403
    for part in ("查看审计记录", "市级经理", "admin 同事"):
        assert part in response.text


def test_a_page_needs_few_queries(analyst, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        assert analyst.client.get("/w/iowa/audit/").status_code == 200


def test_without_a_last_workspace_the_one_made_first_opens(analyst):
    workspace_create(slug="a-later-one", name=both("后来的", "Later"), pack="retail")
    membership_set("analyst", "a-later-one", role="analyst")
    assert viewer_for(analyst.user, None).workspace.slug == analyst.viewer.workspace.slug
