"""Pictures of a synthetic city for the reference page: `python -m tools.world_pictures --world DIR --out docs/images/world`.

They are drawn from what is observed and from the truth of a made city, so this tool stands beside the scorer, outside the product.
"""
