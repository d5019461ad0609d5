"""The graph in a SPARQL 1.1 store of others: loaded whole, then only what changed."""
