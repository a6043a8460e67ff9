"""The tracking API as any HTTP client sees it."""

import base64
import gzip
import json
import urllib.parse
import uuid

import pytest


def said(answer) -> dict:
    return json.loads(answer[2])


def track(**more):
    return {"userId": "u1", "event": "Ordered", **more}


@pytest.mark.parametrize("name", ["track", "t", "identify", "i", "page", "p", "screen", "s", "group", "g", "alias", "a"])
def test_every_call_has_an_address(server, name):
    content = track(messageId=uuid.uuid4().hex, groupId="g1", previousId="p1", name="Home")
    assert said(server.post(f"/v1/{name}", content)) == {"success": True, "accepted": 1, "repeated": 0, "rejected": 0}


@pytest.mark.parametrize("name", ["batch", "import", "b"])
def test_a_batch_has_three_addresses(server, name):
    answer = server.post(f"/v1/{name}", {"batch": [{"type": "track", **track()}]})
    assert (answer[0], said(answer)["accepted"]) == (200, 1)


def test_one_bad_event_goes_to_quarantine_and_the_others_count(server):
    good = {"type": "track", **track()}
    answer = said(server.post("/v1/batch", {"batch": [good, {"type": "track"}, 7, good]}))
    assert (answer["accepted"], answer["rejected"]) == (2, 2)
    assert [(one["index"], one["reason"]) for one in answer["reasons"]] == [(1, "no_user"), (2, "not_an_object")]
    assert all(one["words"]["zh"] and one["words"]["en"] for one in answer["reasons"])


def test_strict_mode_keeps_nothing_of_a_request_with_a_bad_event(server):
    run = uuid.uuid4().hex
    content = {"batch": [{"type": "track", **track(messageId=run, userId=run)}, {"type": "track"}]}
    answer = server.post("/v1/batch", content, headers={"X-Strict-Mode": "1"})
    assert (answer[0], said(answer)["code"]) == (400, "bad_events")
    assert not [event for event in server.events() if event["user_id"] == run]
    assert said(server.post("/v1/batch", content))["accepted"] == 1


@pytest.mark.parametrize("key", ["", "xk_wrong", "xk_" + "0" * 48, "密钥"])
def test_a_wrong_key_is_401_with_words(server, key):
    answer = server.post("/v1/track", track(), key=key)
    assert answer[0] == 401
    assert said(answer)["words"]["zh"]


def test_the_key_may_come_in_the_header_the_body_or_the_address(server):
    assert server.post("/v1/track", track(), headers={"Authorization": f"Bearer {server.key}"})[0] == 200
    assert server.post("/v1/track", track(writeKey=server.key), headers={"Authorization": ""})[0] == 200
    assert server.post(f"/v1/track?writeKey={server.key}", track(), headers={"Authorization": ""})[0] == 200
    assert server.post("/v1/track", track(), headers={"Authorization": "Basic !!!"})[0] == 401


def test_beacons_send_plain_text(server):
    assert server.post("/v1/track", track(writeKey=server.key), headers={"Authorization": "", "Content-Type": "text/plain"})[0] == 200


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"", {}, 400),
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b"null", {}, 400),
        (b'{"batch": 7}', {}, 400),
        (b'{"batch": {}}', {}, 400),
        (b"\xff\xfe\x00", {}, 400),
        (b'{"batch": [' + b"[" * 100_000 + b"]" * 100_000 + b"]}", {}, 400),
        (b"\x00" * 1000, {}, 400),
        (b"not gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b'{"batch": []}', mtime=0)[:-9], {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b" " * 200_000_000, mtime=0), {"Content-Encoding": "gzip"}, 413),
        (b'{"batch": []}', {"Content-Encoding": "br"}, 415),
        (b'{"batch": [' + b"1," * 20_000 + b"1]}", {}, 413),
        (b" " * 5_000_000, {}, 413),
        (b'{"batch": []}', {}, 200),
        (b'{"batch": [NaN, Infinity, {"type": "track", "userId": "u", "event": "\\ud800"}]}', {}, 200),
    ],
)
def test_bodies_that_cannot_be_taken_get_a_plain_answer(server, content, headers, status):
    answer = server.post("/v1/batch", content, headers=headers)
    assert answer[0] == status
    assert "success" in said(answer)
    assert b"Traceback" not in answer[2]


def test_a_body_with_a_lone_surrogate_loses_that_event_only(server):
    body = b'{"batch": [{"type": "track", "userId": "u", "event": "a"}, {"type": "track", "userId": "\\ud800", "event": "a"}]}'
    answer = said(server.post("/v1/batch", body))
    assert (answer["accepted"], answer["rejected"], answer["reasons"][0]["reason"]) == (1, 1, "bad_text")


def test_a_compressed_body_is_read(server):
    body = gzip.compress(json.dumps({"batch": [{"type": "track", **track()}]}).encode())
    assert said(server.post("/v1/batch", body, headers={"Content-Encoding": "gzip"}))["accepted"] == 1


def sensors_form(*events, list_=True, packed=True):
    raw = json.dumps(list(events) if list_ else events[0]).encode()
    data = base64.b64encode(gzip.compress(raw, mtime=0) if packed else raw).decode()
    return {("data_list" if list_ else "data"): data, "gzip": "1" if packed else "0"}


CALL = {"type": "track", "event": "View", "distinct_id": "d1", "time": 1_764_000_000_000, "properties": {}}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("list_", [True, False])
def test_sensors_calls_come_as_forms_and_as_image_addresses(server, packed, list_):
    fields = sensors_form({**CALL, "distinct_id": uuid.uuid4().hex}, list_=list_, packed=packed)
    encoded = urllib.parse.urlencode(fields)
    posted = server.post(f"/sa?token={server.key}", encoded.encode(), headers={"Authorization": ""})
    assert said(posted)["accepted"] == 1
    image = server.post(f"/sa.gif?token={server.key}&{encoded}", b"", headers={"Authorization": ""}, method="GET")
    assert (image[0], image[1]["Content-Type"], image[2][:6]) == (200, "image/gif", b"GIF89a")


@pytest.mark.parametrize("body", [b"", b"data=", b"data=%%%", b"data=bm90IGpzb24=", b"\xff\xff", b"data_list=H4sIAAAA"])
def test_a_sensors_form_that_cannot_be_read_is_400(server, body):
    assert server.post("/sa", body)[0] == 400


def test_browsers_may_send_from_the_origins_of_a_key(server):
    origin = {"Origin": "https://shop.example.com"}
    asked = server.post("/v1/batch", b"", headers={**origin, "Access-Control-Request-Method": "POST"}, method="OPTIONS")
    assert (asked[0], asked[1]["Access-Control-Allow-Origin"]) == (204, origin["Origin"])
    sent = server.post("/v1/track", track(), headers=origin)
    assert (sent[0], sent[1]["Access-Control-Allow-Origin"]) == (200, origin["Origin"])


@pytest.mark.parametrize(
    "asked",
    [
        "anonymousid,authorization,content-type,rsa-initial-attempt,rsa-retry-attempt,rsa-since-last-attempt,sentat",
        "authorization,content-type,x-retry-count",
        "dry-run",
    ],
)
@pytest.mark.parametrize("path", ["/v1/batch", "/v1/track", "/beacon/v1/batch", "/sourceConfig/", "/debug", "/v1/projects/k/settings"])
def test_a_browser_may_send_the_headers_of_its_client(server, path, asked):
    headers = {"Origin": "https://shop.example.com", "Access-Control-Request-Headers": asked}
    answer = server.post(path, b"", headers=headers, method="OPTIONS")
    allowed = {name.strip().lower() for name in answer[1]["Access-Control-Allow-Headers"].split(",")}
    assert (answer[0], set(asked.split(",")) <= allowed) == (204, True)


def test_header_names_that_are_none_are_not_repeated(server):
    headers = {"Origin": "https://shop.example.com", "Access-Control-Request-Headers": "a b; <script>"}
    assert "script" not in server.post("/v1/batch", b"", headers=headers, method="OPTIONS")[1]["Access-Control-Allow-Headers"]


def test_a_beacon_has_its_key_in_the_address(server):
    body = json.dumps({"batch": [{"type": "track", **track(messageId=uuid.uuid4().hex)}]}).encode()
    answer = server.post(f"/beacon/v1/batch?writeKey={server.key}", body, headers={"Authorization": "", "Content-Type": "text/plain"})
    assert (answer[0], said(answer)["accepted"]) == (200, 1)


@pytest.mark.parametrize("path", ["/sourceConfig", "/sourceConfig/"])
def test_the_client_of_rudderstack_learns_that_its_source_is_live(server, path):
    source = said(server.post(f"{path}?writeKey={server.key}", b"", headers={"Authorization": ""}, method="GET"))["source"]
    assert (source["enabled"], source["destinations"], source["config"]["statsCollection"]["errors"]) == (True, [], {"enabled": False})
    assert server.post(f"{path}?writeKey=wrong", b"", headers={"Authorization": ""}, method="GET")[0] == 401


def test_the_client_of_segment_learns_where_to_send(server):
    settings = said(server.post(f"/v1/projects/{server.key}/settings", b"", headers={"Authorization": ""}, method="GET"))
    assert settings["integrations"]["Segment.io"] == {"apiKey": server.key, "apiHost": f"127.0.0.1:{server.port}/v1", "protocol": "http"}
    assert server.post("/v1/projects/wrong/settings", b"", headers={"Authorization": ""}, method="GET")[0] == 401


@pytest.mark.parametrize(("dry", "kept"), [("true", 0), ("false", 1)])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_debug_mode_of_sensors_checks_and_keeps_only_when_told(server, dry, kept, method):
    run = uuid.uuid4().hex
    fields = urllib.parse.urlencode(sensors_form({**CALL, "distinct_id": run}, list_=False))
    path = f"/debug?project=default&token={server.key}" + (f"&{fields}" if method == "GET" else "")
    answer = server.post(path, fields.encode(), headers={"Authorization": "", "Dry-Run": dry}, method=method)
    assert (answer[0], said(answer)) == (200, {})
    assert len([event for event in server.events() if event["anonymous_id"] == run]) == kept


def test_the_debug_mode_of_sensors_says_what_is_wrong(server):
    fields = urllib.parse.urlencode(sensors_form({**CALL, "time": "soon"}, list_=False))
    answer = server.post(f"/debug?token={server.key}", fields.encode(), headers={"Authorization": ""})
    assert (answer[0], said(answer)["reasons"][0]["reason"]) == (400, "bad_time")


@pytest.mark.parametrize("call", ["item_set", "item_delete"])
def test_item_calls_are_taken(server, call):
    raw = {"type": call, "item_type": "goods", "item_id": uuid.uuid4().hex, "time": 1_764_000_000_000, "properties": {"name": "A"}}
    body = urllib.parse.urlencode(sensors_form(raw)).encode()
    assert said(server.post(f"/sa?token={server.key}", body, headers={"Authorization": ""}))["accepted"] == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Referer": "https://shop.example.com/list?q=1", "Sec-Fetch-Site": "cross-site"}, 200),
        ({"Referer": "https://shop.example.com/"}, 200),
        ({}, 200),
        ({"Referer": "https://other.example.com/", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Referer": "https://shop.example.com.evil.example/"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "https://other.example.com", "Referer": "https://shop.example.com/"}, 403),
    ],
)
def test_an_image_is_told_by_its_page(server, headers, status):
    fields = urllib.parse.urlencode(sensors_form({**CALL, "distinct_id": uuid.uuid4().hex}))
    path = f"/sa.gif?token={server.shop_key}&{fields}"
    assert server.post(path, b"", headers={"Authorization": "", **headers}, method="GET")[0] == status


def test_a_mini_program_is_no_page(server):
    fields = urllib.parse.urlencode(sensors_form({**CALL, "distinct_id": uuid.uuid4().hex})).encode()
    headers = {"Authorization": "", "Referer": "https://servicewechat.com/wx1/1/page-frame.html"}
    assert server.post(f"/sa?token={server.shop_key}", fields, headers=headers)[0] == 200


@pytest.mark.parametrize("user", ["null", "0", "guest"])
def test_a_placeholder_in_place_of_an_id_is_told_to_its_sender(server, user):
    answer = said(server.post("/v1/batch", {"batch": [{"type": "track", **track(userId=user)}]}))
    assert (answer["accepted"], answer["reasons"][0]["reason"], answer["reasons"][0]["field"]) == (0, "placeholder_id", "userId")


@pytest.mark.parametrize("path", ["/v1/", "/v1/nothing", "/v1/batch/more"])
def test_an_unknown_address_is_404_with_words(server, path):
    answer = server.post(path, {})
    assert answer[0] == 404
    assert said(answer)["words"]["zh"]


def test_django_answers_beside_the_tracking_api(server):
    status, _headers, body = server.post("/login/", b"", headers={"Authorization": ""}, method="GET")
    assert status in {200, 404}
    assert b"<html" in body.lower()
