"""What connections and pulls write into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    register("connection.added", zh="添加了数据连接（{kind}）", en="Added a connection ({kind})")
    register("connection.edited", zh="修改了数据连接（{kind}）", en="Changed a connection ({kind})")
    register("connection.mapped", zh="为数据连接选择了映射：{tables}", en="Chose the mapping of a connection: {tables}")
    register("connection.paused", zh="暂停了数据连接", en="Paused a connection")
    register("connection.resumed", zh="恢复了数据连接", en="Resumed a connection")
    register("connection.restarted", zh="将数据连接设为从头读取", en="Set a connection to be read from its beginning")
    register("connection.removed", zh="删除了数据连接（{kind}）及其数据", en="Removed a connection ({kind}) with its rows")
    register("pull.started", zh="手动启动了一次读取", en="Started a pull by hand")
    register(
        "pull.done", zh="读取 {number} 完成：{rows} 行，{outside} 行隔离", en="Pull {number} is done: {rows} rows, {outside} in quarantine"
    )
    register("pull.undone", zh="撤销了读取 {number}（{rows} 行）", en="Took back pull {number} ({rows} rows)")
