"""One knowledge graph of Japanese municipal DX plans, and the tools that check it and ask it questions."""

__all__ = ["__version__"]

__version__ = "0.1.0"
