"""What compliance writes into the audit log."""

from xingke_web.audit.facade import register

register("compliance.text_signed_off", zh="审核通过文案 {template_key}", en="signed off the text {template_key}")
