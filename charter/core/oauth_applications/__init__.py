"""OAuth applications: others' programs that people let act for them."""
