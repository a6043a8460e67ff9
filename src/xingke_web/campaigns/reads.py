"""Which collected fields campaigns read, declared for the use rate of the data."""

from xingke_web.ingest.facade import reads_of, use_register


def register() -> None:
    """Declare them; called once when the application is ready."""
    use_register("page", "Campaigns of the data", reads_of("xingke_web.campaigns.imported"))
