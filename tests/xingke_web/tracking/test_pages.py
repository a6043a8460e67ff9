import pytest
from django.core.exceptions import ValidationError

from xingke_web.audit.models import AuditEntry
from xingke_web.config.vault import vault_of
from xingke_web.tracking.compaction import compact_workspace
from xingke_web.tracking.models import RejectedEvent, WriteKey
from xingke_web.tracking.places import events_root
from xingke_web.tracking.rates import Rates
from xingke_web.tracking.retries import retries_in, retry_read
from xingke_web.tracking.secret_keys import secret_hash
from xingke_web.tracking.services import key_make

BASE = "/w/iowa/tracking/"
SETTINGS = {"rate_per_second": "100", "batch_kb": "500", "event_names": "Ordered\nViewed", "origins": "https://shop.example.com"}


def text(answer) -> str:
    return answer.content.decode()


def test_the_empty_page_says_what_to_do(admin, workspace):
    assert "写入密钥" in text(admin.client.get(BASE))


def test_a_key_is_made_and_its_secret_is_shown_once(admin, workspace):
    answer = admin.client.post(f"{BASE}keys/new/", {"name": "mini", "system": "wechat", "kinds": ["track"], **SETTINGS})
    key = WriteKey.objects.get()
    secret = next(word for word in text(answer).replace('"', " ").split() if word.startswith("xk_") and len(word) == 51)
    assert secret_hash(secret) == key.secret_hash
    assert (key.kinds, key.event_names, key.origins) == (["track"], ["Ordered", "Viewed"], ["https://shop.example.com"])
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    for page in ("", f"keys/{key.pk}/", "live/", "rejected/", f"keys/{key.pk}/plan/"):
        assert secret not in text(admin.client.get(BASE + page))
    assert AuditEntry.objects.filter(name="tracking.key_made").exists()


@pytest.mark.parametrize(
    "changes",
    [{"name": ""}, {"name": "<b>"}, {"system": "nothing"}, {"origins": "shop"}, {"origins": "https://a.b/c"}, {"batch_kb": "9999"}],
)
def test_a_key_that_cannot_be_made_is_answered_at_its_field(admin, workspace, changes):
    answer = admin.client.post(f"{BASE}keys/new/", {"name": "mini", "system": "app", **SETTINGS, **changes})
    assert answer.status_code == 422
    assert not WriteKey.objects.exists()


def test_a_name_is_used_once(admin, workspace):
    for status in (200, 422):
        assert admin.client.post(f"{BASE}keys/new/", {"name": "mini", "system": "app", **SETTINGS}).status_code == status


def test_a_key_is_disabled_and_enabled_again(admin, workspace):
    key = key_make(workspace, name="app", system="app").key
    admin.client.post(f"{BASE}keys/{key.pk}/switch/")
    key.refresh_from_db()
    assert not key.is_live
    admin.client.post(f"{BASE}keys/{key.pk}/switch/", {"on": "1"})
    key.refresh_from_db()
    assert key.is_live


def test_a_plan_is_saved_from_its_rows(admin, workspace):
    key = key_make(workspace, name="app", system="app").key
    rows = {"event": ["Ordered", "Ordered", "Viewed", ""], "property": ["sku", "price", "", "x"], "type": ["text", "number", "any", "any"]}
    admin.client.post(f"{BASE}keys/{key.pk}/plan/", {**rows, "r0": "1", "mode": "refuse"})
    key.refresh_from_db()
    assert key.plan == {
        "Ordered": {"sku": {"type": "text", "required": True}, "price": {"type": "number", "required": False}},
        "Viewed": {},
    }
    assert key.plan_mode == "refuse"
    assert 'value="sku"' in text(admin.client.get(f"{BASE}keys/{key.pk}/plan/"))
    assert admin.client.post(f"{BASE}keys/{key.pk}/plan/", {**rows, "type": ["?"] * 4, "mode": "off"}).status_code == 422


def test_live_events_are_masked_and_filtered(admin, events_in):
    events_in(
        {"type": "identify", "userId": "wang@example.com", "messageId": "1", "traits": {"phone": "13800138000", "real_name": "王小华"}},
        {"type": "track", "event": "Ordered", "userId": "u1", "messageId": "2", "properties": {"note": "13900139000", "sku": "6901028"}},
        {"type": "track", "event": "<script>", "messageId": "3"},
    )
    page = text(admin.client.get(f"{BASE}live/"))
    assert "13800138000" not in page
    assert "13900139000" not in page
    assert "王小华" not in page
    assert "wang@example.com" not in page
    assert "6901028" in page
    assert "<script>" not in page.split("<main")[1]
    assert "6901028" not in text(admin.client.get(f"{BASE}live/?kind=identify"))
    assert "6901028" not in text(admin.client.get(f"{BASE}live/?name=zzz"))
    rows = text(admin.client.get(f"{BASE}live/", headers={"HX-Request": "true"}))
    assert rows.strip().startswith("<tbody")


def test_rejected_events_are_shown_masked_and_tried_again(admin, events_in, workspace):
    events_in({"type": "track", "event": "Ordered", "phone": "13800138000"}, 7)
    compact_workspace(workspace)
    page = text(admin.client.get(f"{BASE}rejected/?reason=no_user"))
    assert "138****8000" in page
    assert "13800138000" not in page
    admin.client.post(f"{BASE}rejected/retry/", {"reason": "no_user"})
    (path,) = retries_in(events_root(workspace))
    (one,) = retry_read(path, vault_of(workspace.id))
    assert one.raw["phone"] == "13800138000"
    assert b"13800138000" not in path.read_bytes()
    assert RejectedEvent.objects.filter(state="open").count() == 1
    assert admin.client.post(f"{BASE}rejected/retry/", {"reason": "nonsense"}).status_code == 404


@pytest.mark.parametrize("page", ["live/", "rejected/", "keys/new/"])
def test_who_may_not_load_data_sees_counts_and_no_events(make_person, customer_manager, stranger, page, workspace):
    marketer = make_person("whole", "marketer")
    assert marketer.client.get(BASE).status_code == 200
    assert marketer.client.get(BASE + page).status_code == 403
    assert customer_manager.client.get(BASE).status_code == 403
    assert stranger.get(BASE).status_code == 404
    assert stranger.get(BASE + page).status_code == 404


def test_a_key_of_another_workspace_is_not_found(admin, workspace):
    from xingke.words import both
    from xingke_web.accounts.facade import workspace_create

    other = key_make(workspace_create(slug="other", name=both("别处", "Other"), pack="retail"), name="app", system="app").key
    assert admin.client.get(f"{BASE}keys/{other.pk}/").status_code == 404
    assert admin.client.post(f"{BASE}keys/{other.pk}/switch/").status_code == 404


def test_a_system_that_is_none_is_refused(workspace):
    with pytest.raises(ValidationError):
        key_make(workspace, name="app", system="app", batch_kb=0)


def test_a_bucket_lets_a_second_of_events_through_and_says_when_to_come_again():
    clock = [0.0]
    rates = Rates(lambda: clock[0])
    assert rates.wait_seconds(1, 10) == 0
    rates.take(1, 10, 40)
    assert rates.wait_seconds(1, 10) == 4
    clock[0] = 3.2
    assert rates.wait_seconds(1, 10) == 0
    assert rates.wait_seconds(2, 0) == 0
