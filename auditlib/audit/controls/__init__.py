"""Controls: what each issue shows of them."""
