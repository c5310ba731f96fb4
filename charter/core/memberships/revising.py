"""Changes what a member may and whether they are one, both at once.

For doors to which ownership is a property of the organization and no role: there the manager's
role is what an owner has beside it.
"""
