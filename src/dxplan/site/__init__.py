"""The graph on the web: a page and data for every IRI, dumps, and the metadata by which catalogues find them."""
