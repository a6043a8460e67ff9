import pytest

from xingke.errors import UnknownName, UserFacingError
from xingke.simulate.errors import BadActions
from xingke.simulate.steps import read_actions


def test_actions_are_read_with_the_fields_that_they_have():
    message, win_back = read_actions(
        '\ufeff[{"kind": "message", "outlet_ids": [3, 5], "control_ids": [8], "hour": 9, "campaign_key": "活动"},'
        '{"kind": "win_back", "outlet_ids": [], "cause": null}]'.encode()
    )
    assert (message.kind, message.outlet_ids, message.control_ids) == ("message", [3, 5], [8])
    assert (message.hour, message.campaign_key) == (9, "活动")
    assert (win_back.kind, win_back.outlet_ids, win_back.cause) == ("win_back", [], None)


def test_no_actions_are_a_list_as_well():
    assert read_actions(b" [] ") == ()


@pytest.mark.parametrize(
    ("content", "place"),
    [
        (b"", "line 1, column 1"),
        (b'[{"kind": "visit"},\n}]', "line 2, column 1"),
        (b"\xff\xfe", "UTF-8"),
        (b"[" * 100_000, "JSON"),
        (b"{}", "a list is needed"),
        (b'["visit"]', "action 1 is"),
        (b'[{"outlet_ids": [1]}]', "action 1 has no kind"),
        (b'[{"kind": "visit"}]', "action 1 has no outlet_ids"),
        (b'[{"kind": 7, "outlet_ids": [1]}]', "action 1: kind is 7"),
        (b'[{"kind": "visit", "outlet_ids": [1]}, {"kind": "visit", "outlet_ids": [true]}]', "action 2: outlet_ids is [true]"),
        (b'[{"kind": "visit", "outlet_ids": [1.0]}]', "outlet_ids is [1.0]"),
        (b'[{"kind": "visit", "outlet_ids": [-1]}]', "outlet_ids is [-1]"),
        (b'[{"kind": "visit", "outlet_ids": [99999999999999999999]}]', "outlet_ids is [9999"),
        (b'[{"kind": "visit", "outlet_ids": [4, 4]}]', "outlet_ids names an outlet twice"),
        (b'[{"kind": "message", "outlet_ids": [4], "hour": 9.5}]', "hour is 9.5"),
        (b'[{"kind": "message", "outlet_ids": [4], "campaign_key": null}]', "campaign_key is null"),
    ],
)
def test_a_bad_list_is_refused_by_its_place(content, place):
    with pytest.raises(BadActions, match="the week was not run") as refused:
        read_actions(content)
    assert place in str(refused.value)


@pytest.mark.parametrize(
    ("content", "meant"),
    [
        (b'[{"kind": "visit", "outlet_id": [1]}]', "outlet_ids"),
        (b'[{"kind": "visti", "outlet_ids": [1]}]', "visit"),
        (b'[{"kind": "message", "outlet_ids": [1], "channel": "wecon"}]', "wecom"),
        (b'[{"kind": "win_back", "outlet_ids": [1], "cause": "servise"}]', "service"),
    ],
)
def test_an_unknown_name_is_refused_with_the_closest_one(content, meant):
    with pytest.raises(UnknownName, match=f"did you mean '{meant}'"):
        read_actions(content)


def test_an_hour_of_the_night_is_refused():
    with pytest.raises(UserFacingError, match="8 to 20"):
        read_actions(b'[{"kind": "message", "outlet_ids": [1], "hour": 23}]')
