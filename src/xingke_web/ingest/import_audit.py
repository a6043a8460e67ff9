"""What imports write into the audit log."""

from xingke_web.audit.facade import register


def register_all() -> None:
    """Register the names; called once when the application is ready."""
    extra = ("rows",)
    register("import.added", zh="上传了数据文件 {file}", en="Uploaded a data file {file}", extra=extra)
    register("import.started", zh="开始载入数据文件 {file}", en="Started to load data file {file}", extra=extra)
    register(
        "import.loaded",
        zh="载入了数据文件 {file}：{rows} 行，{outside} 行隔离",
        en="Loaded data file {file}: {rows} rows, {outside} in quarantine",
    )
    register("import.undone", zh="撤销了数据文件 {file} 的载入（{rows} 行）", en="Took back the load of data file {file} ({rows} rows)")
    register("import.expired", zh="数据文件 {file} 长期未载入，已自动删除", en="Forgot data file {file}, which nobody went on to load")
    register("import.discarded", zh="丢弃了数据文件 {file}", en="Discarded data file {file}", extra=extra)
