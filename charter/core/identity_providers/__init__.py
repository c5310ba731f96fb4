"""Identity providers: where else people of an instance may prove who they are."""
