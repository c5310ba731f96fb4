"""Credits: what payers hold with the app, in a ledger where nothing comes from nowhere."""
