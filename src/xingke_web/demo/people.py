"""The accounts of the demo: one a role, the same names in every workspace."""

from xingke.words import both
from xingke_web.accounts.facade import ROOT, membership_set, user_create, user_exists
from xingke_web.demo.samples import PASSWORD, Sample

PEOPLE = (
    ("analyst", both("周岚", "Zhou Lan"), "analyst"),
    ("marketer", both("陈诺", "Chen Nuo"), "marketer"),
    ("approver", both("林致远", "Lin Zhiyuan"), "approver"),
    ("manager", both("李敏", "Li Min"), "customer_manager"),
    ("admin", both("系统管理员", "Administrator"), "admin"),
)
CUSTOMER_ACCOUNT = "customer"


def people_make(sample: Sample) -> None:
    """Make the accounts where they are missing, and give each its role in this workspace."""
    for username, display_name, role in PEOPLE:
        _account(username, display_name["zh"])
        membership_set(username, sample.slug, role=role, org_path=sample.manager_path if role == "customer_manager" else ROOT)


def customer_account_make(sample: Sample, number: int) -> None:
    """The account of one customer, who sees nothing but the own inbox."""
    _account(CUSTOMER_ACCOUNT, "演示客户")
    membership_set(CUSTOMER_ACCOUNT, sample.slug, role="retailer", customer_number=number)


def _account(username: str, display_name: str) -> None:
    if not user_exists(username):
        user_create(username=username, display_name=display_name, password=PASSWORD, check_password=False)
