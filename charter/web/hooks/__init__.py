"""The page that shows what an instance tells, and to whom."""
