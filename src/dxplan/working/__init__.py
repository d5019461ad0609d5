"""Work that is done plan by plan: in this process, in several, or on the machines of a cluster."""
