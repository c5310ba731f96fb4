"""Accountless applications: instances that a framework's SDK makes for itself, to be claimed."""
