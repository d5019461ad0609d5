"""What follows from what is asserted: the axioms of the ontology, the SPARQLRules of the shapes, one plan at a time."""
