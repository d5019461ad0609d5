"""A synthetic nation: a whole project root of any size, with made-up plans beside the real ones.

What scales must be tried at scale, and plans for 1,741 municipalities are not collected yet. So this makes them up:
each like one of the four real plans in its layout and its numbers, with errors at known rates, and with the true
answers beside it, worked out without SPARQL. Nothing in it is said of any real municipality: the codes belong to
prefectures 48 to 99, which Japan does not have.
"""
