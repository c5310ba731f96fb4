"""Charter: a self-hosted account platform that speaks several APIs over one core."""

__version__ = "0.1.0"
