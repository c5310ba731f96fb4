"""OAuth authorizations: what people let OAuth applications do, and the tokens that say so."""
