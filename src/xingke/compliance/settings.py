"""The parameters of the rules that a workspace may set."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from xingke.errors import ConfigurationError

QUIET_CHANNELS = frozenset({"sms", "phone", "wecom", "wechat_template", "app_push", "email"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Quiet hours, caps and approvals.

    Parameters
    ----------
    quiet_until, quiet_from
        Messages go out from `quiet_until` (included) to `quiet_from` (excluded), local time.
    mourning_days
        Days on which no marketing goes out.
    weekly_cap
        Marketing messages a customer may get in seven days.
    same_text_cap
        How often one text may reach a customer on one day.
    approved_templates
        Keys of the templates that legal affairs have signed off.
    """

    timezone: str = "Asia/Shanghai"
    quiet_until: time = time(9, 0)
    quiet_from: time = time(20, 30)
    mourning_days: frozenset[date] = frozenset()
    weekly_cap: int = 2
    same_text_cap: int = 1
    approved_templates: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.quiet_until >= self.quiet_from or self.weekly_cap < 0 or self.same_text_cap < 0:
            raise ConfigurationError(
                zh="可发送时段的开始须早于结束，频次上限不能为负",
                en="messages must start before they end each day, and caps are 0 or more",
            )

    def local(self, at: datetime) -> datetime:
        """The instant on the clock of the recipients."""
        return at.astimezone(ZoneInfo(self.timezone))

    def is_quiet(self, at: datetime) -> bool:
        """Whether nobody may be disturbed at this instant."""
        local = self.local(at)
        return local.date() in self.mourning_days or not self.quiet_until <= local.time() < self.quiet_from

    def next_open(self, at: datetime, *, not_today: bool = False) -> datetime:
        """The next instant, in UTC, at which people may be disturbed; `not_today` looks from tomorrow on."""
        local = self.local(at)
        if not not_today and not self.is_quiet(at):
            return at.astimezone(ZoneInfo("UTC"))
        day = local.date()
        if not_today or local.time() >= self.quiet_until:
            day += timedelta(days=1)
        while day in self.mourning_days:
            day += timedelta(days=1)
        return datetime.combine(day, self.quiet_until, ZoneInfo(self.timezone)).astimezone(ZoneInfo("UTC"))

    def as_data(self) -> dict[str, object]:
        """The parameters with sets in order, for a fingerprint."""
        return {name: sorted(map(str, value)) if isinstance(value, frozenset) else str(value) for name, value in asdict(self).items()}
