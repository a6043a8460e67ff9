"""Names of what happens in `accounts`, `audit` and `jobs` themselves."""

from xingke_web.audit.names import register


def register_all() -> None:
    """Register them; called once when the application is ready."""
    register("user.logged_in", zh="登录", en="Logged in")
    register("user.logged_out", zh="退出登录", en="Logged out")
    register("user.login_failed", zh="登录失败", en="A log-in failed")
    register("user.password_changed", zh="修改了密码", en="Changed the password")
    register("user.created", zh="创建了账号", en="Created an account")
    register("membership.set", zh="设置了成员权限：{role}，{org_path}", en="Set a membership: {role}, {org_path}")
    register("workspace.created", zh="创建了工作区，行业包 {pack}", en="Created the workspace with pack {pack}")
    register("workspace.clock_set", zh="把业务日期设为 {as_of}", en="Set the business day to {as_of}")
    register(
        "org_units.synced",
        zh="同步组织：新增 {added}，变更 {changed}，移除 {removed}",
        en="Synchronised the organisation: {added} added, {changed} changed, {removed} removed",
    )
    register("audit.exported", zh="导出了 {count} 条审计记录", en="Exported {count} audit entries")
    register(
        "audit.verified",
        zh="校验审计链：{count} 条，发现 {problems} 处问题",
        en="Verified the audit chain: {count} entries, {problems} problems",
    )
    register("job.cancelled", zh="请求取消任务 {task}", en="Asked to cancel the job {task}")
