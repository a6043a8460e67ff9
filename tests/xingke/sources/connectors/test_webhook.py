import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from tests.pulled import given, rows_of
from xingke.errors import ConfigurationError
from xingke.privacy import DataKey, KeySet, Vault
from xingke.sources.connectors.payload import BadPayload
from xingke.sources.connectors.spool import Spool
from xingke.sources.connectors.webhook import CONNECTOR, NotSigned, TooLarge, receive
from xingke.sources.connectors.webhook.signature import is_signed, key_of, new_secret, signature

NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)
TOKEN = "a-shared-token-of-a-good-length"


@pytest.fixture
def spool(tmp_path):
    return Spool(tmp_path / "hooks" / "1.spool", Vault(KeySet.fresh()))


def message(secret, body, message_id="msg_1", at=NOW):
    stamp = int(at.timestamp())
    return {"webhook-id": message_id, "webhook-timestamp": str(stamp), "webhook-signature": signature(secret, message_id, stamp, body)}


def pulled(spool, cursor=None, **settings):
    settings = given(CONNECTOR, secret=new_secret(), **settings)
    return list(CONNECTOR.read(settings | {"spool": spool}, "messages", cursor))


def test_the_published_vector_of_the_specification_is_met():
    """https://github.com/standard-webhooks/standard-webhooks, the example of its reference libraries."""
    secret, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b'{"test": 2432232314}'
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    sent = {"message_id": "msg_p5jXN8AQM9LWM0D4loKWxJek", "timestamp": "1614265330", "body": body}
    assert is_signed(secret, signatures=f"v1,AAAA v2,else {made}", now=1614265330 + 299, **sent)
    assert not is_signed(secret, signatures=made, now=1614265330 + 301, **sent)
    assert not is_signed(new_secret(), signatures=made, now=1614265330, **sent)


def test_a_message_is_stored_once_however_often_it_is_sent(spool):
    secret, body = new_secret(), b'[{"no": 1}, {"no": 2}]'
    settings = given(CONNECTOR, secret=secret)
    assert receive(settings, message(secret, body), body, spool=spool, now=NOW).is_new
    again = receive(settings, message(secret, body), body, spool=spool, now=NOW + timedelta(seconds=20))
    assert (again.rows, again.is_new) == (2, False)
    (batch,) = pulled(spool)
    assert [row["no"] for row in batch.rows.to_pylist()] == ["1", "2"]
    assert batch.rows["received_at"][0].as_py() == "2026-03-01T08:00:00+00:00"
    spool.forget(batch.cursor["number"])
    assert not receive(settings, message(secret, body), body, spool=spool, now=NOW).is_new
    assert pulled(spool, batch.cursor) == []


def test_what_lies_in_the_spool_cannot_be_read_without_the_keys(spool, tmp_path):
    body = b'{"phone": "13800005621"}'
    receive(given(CONNECTOR, secret=TOKEN, signing="token"), {"authorization": f"Bearer {TOKEN}"}, body, spool=spool, now=NOW)
    written = b"".join(path.read_bytes() for path in (tmp_path / "hooks").iterdir())
    assert b"13800005621" not in written
    assert rows_of(pulled(spool))[0]["phone"] == "13800005621"
    spool.forget(1)
    with sqlite3.connect(tmp_path / "hooks" / "1.spool") as connection:
        assert connection.execute("select count(*), count(body) from message").fetchall() == [(1, 0)]
    connection.close()


def test_messages_that_wait_are_sealed_again_after_a_rotation(tmp_path):
    old = KeySet.fresh()
    new = KeySet((DataKey.fresh(), *old.data), old.blind)
    Spool(tmp_path / "s", Vault(old)).append([("1", b'{"no": 1}', "")], now=NOW)
    later = Spool(tmp_path / "s", Vault(new))
    assert (later.reseal(), later.reseal()) == (1, 0)
    only_new = KeySet(new.data[:1], old.blind)
    assert [message.body for message in Spool(tmp_path / "s", Vault(only_new)).after(0, most=9)] == [b'{"no": 1}']


def test_with_a_plain_token_each_message_is_its_own_unless_it_brings_an_id(spool):
    settings = given(CONNECTOR, secret=TOKEN, signing="token")
    headers = {"authorization": f"Bearer {TOKEN}"}
    for extra in ({}, {}, {"webhook-id": "7"}, {"webhook-id": "7"}):
        receive(settings, headers | extra, b'{"no": 1}', spool=spool, now=NOW)
    assert len(rows_of(pulled(spool))) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"webhook-signature": "v1,AAAA"},
        {"webhook-id": "msg_2"},
        {"webhook-timestamp": "0"},
        {"webhook-timestamp": "９"},
        {"webhook-timestamp": "9" * 4000},
        {"webhook-signature": ""},
        {"webhook-id": ""},
        {"webhook-signature": "汉字"},
    ],
)
def test_what_is_not_signed_right_is_refused_and_not_stored(spool, change):
    secret, body = new_secret(), b'{"no": 1}'
    with pytest.raises(NotSigned):
        receive(given(CONNECTOR, secret=secret), message(secret, body) | change, body, spool=spool, now=NOW)
    assert spool.waiting() == 0


def test_a_wrong_token_is_refused(spool):
    for sent in ({}, {"authorization": "Bearer x"}, {"authorization": "Bearer 汉字"}):
        with pytest.raises(NotSigned):
            receive(given(CONNECTOR, secret=TOKEN, signing="token"), sent, b"{}", spool=spool, now=NOW)


def test_two_secrets_serve_while_one_is_changed(spool):
    old, new, body = new_secret(), new_secret(), b'{"no": 1}'
    settings = given(CONNECTOR, secret=f"{new} {old}")
    for number, secret in enumerate((old, new)):
        assert receive(settings, message(secret, body, f"msg_{number}"), body, spool=spool, now=NOW).is_new


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not_json"),
        (b"{", "not_json"),
        (b"\xff\xfe", "not_json"),
        (b"[" * 50_000, "not_json"),
        (b"7", "not_a_record"),
        (b"[]", "not_a_record"),
        (b"{}", "not_a_record"),
        (b'[{"no": 1}, 5]', "not_a_record"),
        (b"[" + b",".join([b'{"a":1}'] * 100_001) + b"]", "too_large"),
        (b"{" + b",".join(b'"c%d":1' % number for number in range(3_000)) + b"}", "too_large"),
    ],
)
def test_a_payload_without_records_is_kept_for_quarantine_and_answered_in_words(spool, body, reason):
    secret = new_secret()
    with pytest.raises(BadPayload) as caught:
        receive(given(CONNECTOR, secret=secret), message(secret, body), body, spool=spool, now=NOW)
    assert caught.value.reason == reason
    (batch,) = pulled(spool)
    assert (batch.rows.num_rows, [one.reason for one in batch.rejected]) == (0, [reason])


def test_a_bad_message_that_was_put_right_is_taken_under_the_same_id(spool):
    secret = new_secret()
    settings = given(CONNECTOR, secret=secret)
    with pytest.raises(BadPayload):
        receive(settings, message(secret, b"{"), b"{", spool=spool, now=NOW)
    good = b'{"no": 1}'
    assert receive(settings, message(secret, good), good, spool=spool, now=NOW).is_new


def test_a_message_above_the_limit_is_refused(spool):
    with pytest.raises(TooLarge, match="larger than 1 KB"):
        receive(given(CONNECTOR, secret=new_secret(), most_kilobytes="1"), {}, b" " * 1025, spool=spool, now=NOW)


def test_a_weak_secret_is_refused():
    for secret in ("short", "whsec_AAAA", "not base64 at all, though long enough"):
        with pytest.raises(ConfigurationError):
            CONNECTOR.check(given(CONNECTOR, secret=secret))
    CONNECTOR.check(given(CONNECTOR, secret=new_secret()))
    assert len(key_of(new_secret())) == 24


def test_what_was_acknowledged_is_there_after_the_process_was_killed(tmp_path):
    script = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from xingke.sources.connectors.spool import Spool
spool = Spool(Path(sys.argv[1]))
for number in range(10_000):
    spool.append([(str(number), b'{"no": %d}' % number, "")], now=datetime.now(UTC))
    print(number, flush=True)
"""
    path = tmp_path / "s.spool"
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True) as process:
        acknowledged = [int(process.stdout.readline()) for _ in range(40)]
        process.kill()
        acknowledged += [int(line) for line in process.stdout.read().split()]
    found = [int(row["no"]) for row in rows_of(pulled(Spool(path)))]
    assert found[: len(acknowledged)] == acknowledged
    assert found == list(range(len(found)))
