"""Control tests that look at something else than one issue: the site, its log, its workflows, the whole population. Pure."""
