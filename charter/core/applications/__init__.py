"""Applications: instances that organizations of other instances own, and who manages them."""
