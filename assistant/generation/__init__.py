"""The optional chat model: it words what is proven, and what it adds goes."""
