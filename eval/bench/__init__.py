"""How fast the product is, how much it takes, and how both grow: `python -m eval bench`."""
