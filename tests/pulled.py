"""What tests of connectors share: settings in their types, and rows as dictionaries."""

from xingke.sources.connectors import settings_parsed


def given(connector, **settings):
    """The settings of a connector in their types."""
    return settings_parsed(connector.settings, settings)


def rows_of(batches):
    """All rows of some batches, as dictionaries."""
    return [row for batch in batches for row in batch.rows.to_pylist()]


def viewer_of(workspace):
    """An administrator of a workspace."""
    from xingke_web.accounts.facade import membership_set, user_create, viewer_for
    from xingke_web.accounts.models import User

    user_create(username="keeper", display_name="Keeper", password="a long enough passphrase")
    membership_set("keeper", workspace.slug, role="admin", org_path="/")
    viewer = viewer_for(User.objects.get(username="keeper"), workspace.slug)
    assert viewer is not None
    return viewer
