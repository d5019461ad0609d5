"""Charts of answers: what a question declares, where every shape of it stands, and how it is written."""
