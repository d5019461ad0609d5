"""The true answers to the saved questions, worked out on the model, without SPARQL and without the saved questions.

What a question joins is joined here by hand, with its defaults; the columns keep their names, labels are left out.
"""
