"""A back end that keeps its customers as accounts, through the generated client."""

import os
import sys
import time
from typing import TypeVar

from charter_accounts import AuthenticatedClient
from charter_accounts.api.accounts import (
    get_api_accounts_account_id_accounts,
    post_api_accounts_account_id_accounts,
    post_api_applications_application_id_accounts_search,
)
from charter_accounts.api.invitations import post_api_accounts_account_id_invite
from charter_accounts.api.members import get_api_accounts_account_id_members
from charter_accounts.api.users import post_api_applications_application_id_register
from charter_accounts.models import CreateAccount, Invite, ProblemOut, Register, SearchIn

Answer = TypeVar("Answer")


def main() -> int:
    """Tell the story of one customer."""
    application = os.environ["CHARTER_APPLICATION_ID"]
    client = AuthenticatedClient(
        base_url=os.environ["CHARTER_API_URL"] + "/accounts",
        token=os.environ["CHARTER_SECRET_KEY"],
    )
    mark = str(time.time_ns())
    customer = Register(name=f"Customer {mark}", email=f"owner{mark}@example.com")
    made = answered(
        post_api_applications_application_id_register.sync(
            application, client=client, body=customer
        )
    )
    account = made.account.id
    invite = Invite(email=f"colleague{mark}@example.com", role="member")
    answered(post_api_accounts_account_id_invite.sync(account, client=client, body=invite))
    below = CreateAccount(name=f"Branch {mark}")
    answered(post_api_accounts_account_id_accounts.sync(account, client=client, body=below))
    members = answered(get_api_accounts_account_id_members.sync(account, client=client))
    children = answered(get_api_accounts_account_id_accounts.sync(account, client=client))
    found = answered(
        post_api_applications_application_id_accounts_search.sync(
            application, client=client, body=SearchIn(query=f'name:"customer {mark}"')
        )
    )
    print(
        [member.role for member in members.items],
        [child.name.partition(" ")[0] for child in children.items],
        [each.status for each in found.items],
    )
    return 0


def answered(answer: Answer | ProblemOut | None) -> Answer:
    """The answer, if it is none of a problem."""
    if answer is None or isinstance(answer, ProblemOut):
        sys.exit(f"The server refused: {answer}")
    return answer


if __name__ == "__main__":
    sys.exit(main())
