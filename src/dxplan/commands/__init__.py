"""The commands of the command line, one module a subject. They print; what they print comes from the modules below."""
