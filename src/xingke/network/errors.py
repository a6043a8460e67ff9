"""Why another machine is not reached, in words; no resolved address stands in them, so that nobody learns names of the inside."""

from xingke.errors import ConfigurationError, TransientError, UserFacingError

ALLOWED_PRIVATE_HOSTS = "XINGKE_ALLOWED_PRIVATE_HOSTS"
"""The setting in which the administrator names what may be reached inside."""


class Unreachable(UserFacingError, TransientError):
    """Nobody answers at that address; it may be different later."""


class AddressRefused(ConfigurationError):
    """An address of this machine or of a private network that the administrator has not allowed."""

    def __init__(self, host: str, port: int | None) -> None:
        entry = (f"[{host}]:{port}" if ":" in host else f"{host}:{port}") if port else host
        super().__init__(
            zh=f"{host} 位于本机或内网，未获允许。如确需连接，请管理员在环境变量 {ALLOWED_PRIVATE_HOSTS} 中加入 {entry}"
            "（多个以逗号分隔）后重启服务",
            en=f"{host} lies on this machine or in a private network and is not allowed; if it is meant, the administrator adds {entry} "
            f"to the environment variable {ALLOWED_PRIVATE_HOSTS} (entries separated by commas) and restarts the service",
            host=host,
        )


class BadHost(ConfigurationError):
    """Something that is no host name and no address."""

    def __init__(self, host: str) -> None:
        shown = host.replace("\x00", "\\0")[:80] or "-"
        super().__init__(
            zh=f"「{shown}」不是主机名或 IP 地址；应只写一台主机，如 db.example.com",
            en=f"'{shown}' is no host name and no IP address; write one host, such as db.example.com",
        )


class HostNotFound(Unreachable):
    """No name server knows the host."""

    def __init__(self, host: str) -> None:
        super().__init__(
            zh=f"找不到主机 {host}；请检查主机名和 DNS", en=f"there is no host {host}; check its name and the name server", host=host
        )


class NoAnswer(Unreachable):
    """Nobody listens there, or the network does not lead there."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            zh=f"无法连接 {host}:{port}；请检查主机、端口和网络",
            en=f"{host}:{port} does not answer; check host, port and network",
            host=host,
            port=port,
        )


class TookTooLong(Unreachable):
    """The deadline has passed."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            zh=f"对方在 {seconds:g} 秒内没有答完；请检查地址与网络，或稍后再试",
            en=f"it did not answer in full within {seconds:g} seconds; check the address and the network, or try again later",
        )


class CertificateRefused(ConfigurationError):
    """The other side shows a certificate that cannot be trusted; `reason` is `expired`, `issuer`, `host`, `self_signed` or `other`."""

    def __init__(self, reason: str, *, zh: str, en: str) -> None:
        super().__init__(zh=zh, en=en, reason=reason)
        self.reason = reason
