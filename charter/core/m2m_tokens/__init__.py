"""M2M tokens: what a machine shows to the machines it may reach."""
