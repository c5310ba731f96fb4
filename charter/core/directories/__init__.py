"""Directories: the places from which companies provision their people."""
