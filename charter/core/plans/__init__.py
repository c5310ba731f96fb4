"""Plans: what a user or an organization can be subscribed to, and the features in each."""
