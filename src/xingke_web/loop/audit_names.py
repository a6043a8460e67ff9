"""What the loop writes into the audit log."""

from xingke_web.audit.facade import register

register("loop.ran", zh="运行了一遍闭环，口径日 {as_of}", en="ran the loop as of {as_of}")
