"""The graph on the web while a server runs: content negotiation for every IRI, SPARQL, saved questions by address."""
