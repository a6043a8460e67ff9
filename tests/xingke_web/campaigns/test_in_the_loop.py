from datetime import date, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from xingke.engine import Lake
from xingke_web.accounts.facade import workspace_clock_set, workspace_info
from xingke_web.campaigns.imported import campaigns_finish, campaigns_import
from xingke_web.campaigns.launch import campaign_launch, campaign_submit
from xingke_web.campaigns.models import Campaign
from xingke_web.channels.facade import deliver_due
from xingke_web.channels.models import Touch
from xingke_web.channels.stage import CURSOR
from xingke_web.loop.facade import lake_of, lake_reader, run_loop

pytestmark = pytest.mark.usefixtures("own_lake")
OWN = "select count(*) from touch where starts_with(touch_id, 'xk-')"


@pytest.fixture
def launched(draft, viewer_analyst, launcher, market):
    campaign = draft()
    preview = campaign_submit(viewer=viewer_analyst, campaign=campaign)
    campaign = campaign_launch(Campaign.objects.get(pk=campaign.pk), preview.token, launcher.viewer)
    deliver_due(workspace=market)
    return campaign


def test_touches_enter_the_lake_once_however_often_the_loop_runs(launched, market):
    before = lake_reader(market).value("select count(*) from touch")
    for _ in range(2):
        run_loop(market.slug)
        assert lake_reader(market).value(OWN) == Touch.objects.count() > 0
        assert lake_reader(market).value("select count(*) from touch") == before + Touch.objects.count()
    assert lake_reader(market).value("select count(*) - count(distinct touch_id) from touch") == 0
    version = lake_reader(market).snapshot.tables["touch"]
    assert version.definitions[CURSOR] == str(Touch.objects.latest("id").pk)
    for file in version.files:
        path = lake_reader(market).snapshot.root / version.directory / file.path
        numbers = pq.read_table(path, partitioning=None).column("customer_id").to_pylist()
        assert numbers == sorted(numbers)
        assert all(number % 16 in file.buckets for number in numbers)


def test_a_run_that_dies_before_publishing_brings_nothing_and_the_next_one_everything(launched, market, monkeypatch):
    from xingke.engine.lake import LakeWriter

    def die(self):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LakeWriter, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            run_loop(market.slug)
    assert Lake(market.lake_path).current().sequence == lake_reader(market).snapshot.sequence
    assert lake_reader(market).value(OWN) == 0
    run_loop(market.slug)
    assert lake_reader(market).value(OWN) == Touch.objects.count()


def test_a_source_that_replaces_the_table_loses_none_of_our_touches(launched, market):
    from tests.facts import NOW
    from xingke.schema import TOUCH

    run_loop(market.slug)
    with lake_of(market).writer(now=NOW) as writer:
        writer.put("touch", TOUCH.arrow_schema.empty_table())
        writer.publish()
    assert lake_reader(market).value("select count(*) from touch") == 0
    run_loop(market.slug)
    assert lake_reader(market).value(OWN) == Touch.objects.count()


def test_campaigns_of_the_source_are_listed_with_those_they_touched(market, viewer_analyst):
    found = {
        row["campaign_key"]: row["n"]
        for row in lake_reader(market).rows(
            "select campaign_key, count(distinct customer_id) n from touch "
            "where kind in ('sent', 'delivered') and campaign_key <> '' group by 1"
        )
    }
    assert found
    assert campaigns_import(market) == len(found)
    assert campaigns_import(market) == 0
    for campaign in Campaign.objects.filter(state="imported"):
        assert campaign.members.filter(arm="treated").count() == found[campaign.key]


def test_a_campaign_of_the_source_goes_by_its_name_where_the_source_tells_it(market):
    from tests.facts import NOW
    from tests.small_world import STARTS_ON
    from xingke.schema import TABLES

    key = lake_reader(market).value("select min(campaign_key) from touch where kind = 'sent' and campaign_key <> ''")
    values = {"name": "货源通知", "channel": "sms", "content": "supply_notice", "is_randomised": True, "outcome_days": 28}
    row = {"campaign_key": key, "started_on": STARTS_ON, **values}
    with lake_of(market).writer(now=NOW) as writer:
        writer.put("campaign", pa.Table.from_pylist([row], schema=TABLES["campaign"].arrow_schema))
        writer.publish()
    campaigns_import(market)
    names = dict(Campaign.objects.filter(state="imported").values_list("key", "name"))
    assert names.pop(key) == "货源通知"
    assert all(name == other for other, name in names.items())


def test_our_own_campaign_is_not_imported_from_the_lake(launched, market):
    run_loop(market.slug)
    assert not Campaign.objects.filter(state="imported", key=launched.key).exists()


def test_a_campaign_ends_with_its_outcome_window(launched, market):
    assert campaigns_finish(market) == 0
    workspace_clock_set(market.slug, date(2024, 7, 1) + timedelta(days=55))
    assert campaigns_finish(workspace_info(market.slug)) == 0
    workspace_clock_set(market.slug, date(2024, 7, 1) + timedelta(days=56))
    assert campaigns_finish(workspace_info(market.slug)) == 1
    assert Campaign.objects.get(pk=launched.pk).ended_on == date(2024, 8, 26)
