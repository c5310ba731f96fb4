"""Deliveries of webhooks: the part of the worker, from the event stream to an app's servers."""
