"""What the app writes into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    register(
        "segment.created",
        zh="新建客群「{segment}」（第 {version} 版）",
        en="Created the segment '{segment}' (version {version})",
        extra=("state",),
    )
    register(
        "segment.changed",
        zh="修改客群「{segment}」，现为第 {version} 版",
        en="Changed the segment '{segment}', now version {version}",
        extra=("state",),
    )
    register("segment.retired", zh="停用客群「{segment}」（第 {version} 版）", en="Retired the segment '{segment}' (version {version})")
    register(
        "segment.exported",
        zh="导出客群「{segment}」的 {count} 个客户",
        en="Exported {count} customers of the segment '{segment}'",
        extra=("scope", "version", "purpose"),
    )
