"""Pages of customers: the list, the 360-degree page, consent and contact points, the search of the top bar."""
