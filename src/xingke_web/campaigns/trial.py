"""A throw-away installation with one running campaign, and its processes: what the outbox bench and the tests of delivery run.

    python -m xingke_web.campaigns.trial make N    plans N e-mails of one campaign
    python -m xingke_web.campaigns.trial workers   for each line: `fork` starts a delivering process, `kill I` kills the I-th with -9
    python -m xingke_web.campaigns.trial desk      for each line: `ledger N` or `link N` refuses for customer N, `stop` stops the campaign,
                                                   `left` counts messages that are not settled
    python -m xingke_web.campaigns.trial check     prints what the outbox holds

XINGKE_HOME names the directory, XINGKE_MAIL_URL the provider. The business day is pinned, so that it runs at any hour.
"""

import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NoReturn

from xingke.words import both
from xingke_web.config.home import home_here, home_make

SLUG, BOSS, WHAT_KEY = "trial", "boss", "xk-trial"
DAY = date(2024, 7, 1)
EARLIER = datetime(2024, 6, 1, 2, tzinfo=UTC)
IDLE_SECONDS = 0.05
TEXT = "{name}，您好。"


def _make() -> None:
    from django.core.management import call_command

    from xingke_web.accounts.facade import membership_set, user_create, workspace_create

    call_command("migrate", interactive=False, verbosity=0)
    workspace = workspace_create(slug=SLUG, name=both("试用", "Trial"), pack="wholesale", as_of=DAY)
    user_create(username=BOSS, display_name=BOSS, password="no password that anybody is told", check_password=False)  # noqa: S106 - a throw-away installation
    membership_set(BOSS, SLUG, role="admin")
    numbers = range(1, int(sys.argv[2]) + 1)
    _customers(workspace, numbers)
    _plan(workspace, numbers)


def _customers(workspace: Any, numbers: range) -> None:
    """Outlets that agreed to marketing by e-mail."""
    import pyarrow as pa

    from xingke.schema import CUSTOMER, ORG_UNIT
    from xingke_web.customers.facade import ConsentRow, consents_import, contact_points_import, customers_sync
    from xingke_web.loop.facade import lake_of

    rows = [
        {
            "customer_id": number, "source_key": f"shop-{number}", "kind": "outlet", "display_name": f"S-{number:05d}", "status": "active",
            "org_path": "/all", "licence_status": "valid", "licence_valid_until": date(2030, 1, 1),
        }
        for number in numbers
    ]  # fmt: skip
    with lake_of(workspace).writer(now=datetime.now(UTC)) as writer:
        unit = {"org_path": "/all", "parent_path": None, "level": "province", "name": "Trial"}
        writer.put(ORG_UNIT.name, pa.Table.from_pylist([unit], schema=ORG_UNIT.arrow_schema))
        writer.put(CUSTOMER.name, pa.Table.from_pylist(rows, schema=CUSTOMER.arrow_schema))
        writer.publish()
    customers_sync(SLUG)
    agreed = [ConsentRow(number, "marketing", "email", "granted", "consent", "form", EARLIER) for number in numbers]
    consents_import(workspace_id=workspace.id, rows=agreed, origin="trial")
    addresses = [(number, f"shop{number}@example.com") for number in numbers]
    contact_points_import(workspace_id=workspace.id, channel="email", addresses=addresses, at=EARLIER, origin="trial")


def _plan(workspace: Any, numbers: range) -> None:
    """A running campaign and its messages, each with the verdict that let it in."""
    from xingke_web.campaigns.models import Campaign
    from xingke_web.channels.facade import NewText, Recipient, action_for, facts_for, outbox_add, text_fingerprint
    from xingke_web.compliance.facade import verdicts_for_many
    from xingke_web.loop.facade import business_now

    now = business_now(workspace)
    campaign = Campaign.objects.create(
        workspace_id=workspace.id, key=WHAT_KEY, name="trial", state=Campaign.State.LAUNCHED, channel="email", launched_at=now, salt="trial"
    )
    said: dict[str, Any] = {"purpose": "marketing", "channel": "email"}
    listed = list(numbers)
    action = action_for(
        actor="Trial", subject="Hello", body=TEXT, language="zh", template_key=WHAT_KEY, pack=workspace.pack, at=now, **said
    )
    facts = facts_for(workspace.id, listed, fingerprint=text_fingerprint("Hello", TEXT), at=now, **said)
    verdicts = verdicts_for_many(workspace=workspace, action=action, numbers=listed, facts=facts, subject=campaign.what)
    new = NewText(
        what=campaign.what, step="1", campaign_key=WHAT_KEY, org_path="/", actor="Trial", language="zh", subject="Hello", body=TEXT,
        template_key=WHAT_KEY, **said,
    )  # fmt: skip
    recipients = [Recipient(number, verdicts[number].id or 0, now - timedelta(minutes=1)) for number in listed]
    outbox_add(workspace_id=workspace.id, new=new, recipients=recipients)


def _workers() -> None:
    """Fork delivering processes from one that has loaded everything, so that killing and starting again costs nothing."""
    import xingke_web.channels.facade  # noqa: F401 - loaded before the fork

    children: list[int] = []
    for line in sys.stdin:
        name, _, index = line.strip().partition(" ")
        if name == "fork":
            children.append(os.fork())
            if not children[-1]:
                _deliver()
        elif children[int(index)]:
            _end(children[int(index)])
            children[int(index)] = 0
        _say(len(children) - 1)
    for child in filter(None, children):
        _end(child)


def _end(child: int) -> None:
    """Kill a child; it cannot be another process, since nobody has waited for it yet."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _deliver() -> NoReturn:
    """Deliver again and again, as long as the process that forked this one lives."""
    from django.db import OperationalError

    from xingke_web.accounts.facade import workspace_info
    from xingke_web.channels.facade import deliver_due

    parent = os.getppid()
    workspace = workspace_info(SLUG)
    while os.getppid() == parent:
        try:
            deliver_due(workspace=workspace)
        except OperationalError as error:  # a worker's task ends with such an error, too, and is started again
            sys.stderr.write(f"{error}\n")
        time.sleep(IDLE_SECONDS)
    os._exit(0)


def _desk() -> None:
    """People who refuse, and the one who stops the campaign; each answer says when it was committed and when it was given."""
    from django.db import transaction

    from xingke_web.accounts.facade import viewer_of_member, workspace_info
    from xingke_web.campaigns.launch import campaign_stop
    from xingke_web.campaigns.models import Campaign
    from xingke_web.channels.answers import opted_out
    from xingke_web.channels.models import OutboxMessage
    from xingke_web.customers.facade import consent_record
    from xingke_web.loop.facade import business_now

    workspace, viewer = workspace_info(SLUG), viewer_of_member(BOSS, SLUG)
    campaign = Campaign.objects.get(key=WHAT_KEY)
    said: dict[str, Any] = {"purpose": "marketing", "channel": "email", "state": "withdrawn", "basis": "consent", "evidence": "call"}
    unsettled = OutboxMessage.objects.filter(state__in=("planned", "claimed", "handed_over"))
    for line in sys.stdin:
        name, _, number = line.strip().partition(" ")
        if name == "left":
            _say(unsettled.count())
            continue
        committed: list[float] = []
        with transaction.atomic():
            transaction.on_commit(lambda done=committed: done.append(time.time()))  # type: ignore[misc]  # the list of this line
            if name == "stop" and viewer is not None:
                campaign_stop(viewer=viewer, campaign=campaign, reason="trial")
            elif name == "link":
                opted_out(OutboxMessage.objects.get(customer_number=int(number)), by="link")
            else:
                consent_record(workspace_id=workspace.id, number=int(number), at=business_now(workspace), **said)
        _say([committed[0], time.time()])


def _check() -> None:
    from xingke_web.channels.models import OutboxMessage

    found = list(OutboxMessage.objects.order_by("id"))
    _say(
        {
            "states": Counter(each.state for each in found),
            "messages": [
                [each.idempotency_key, each.customer_number, each.state, each.handed_at.timestamp() if each.handed_at else None]
                for each in found
            ],
        }
    )


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


ROLES: Mapping[str, Callable[[], None]] = {"make": _make, "workers": _workers, "desk": _desk, "check": _check}


def main() -> None:
    """Run one role."""
    home_make(home_here())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xingke_web.config.settings")
    import django

    django.setup()
    ROLES[sys.argv[1]]()


if __name__ == "__main__":
    main()
