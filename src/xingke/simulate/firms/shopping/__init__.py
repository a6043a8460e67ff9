"""Chains of shops: members come by habit, fill baskets, are sent messages, complain and leave."""
