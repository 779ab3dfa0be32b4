"""``audit.xlsx`` as a working paper: the statement, the tests of the sample, what is to be signed, and all tables."""
