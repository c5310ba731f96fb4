"""A whole story told through the official Python SDK against a running server.

Runs under any major of `clerk-backend-api`: `python sdk_story.py --url http://HOST:PORT/v1
--frontend http://HOST:PORT/… --key sk_test_… --jwt-key PEM --plan ID --discount ID`. Prints one
JSON line for each method, `{"method", "ok", "error"}`, and exits with 1 if any of them went wrong.
"""

import argparse
import sys

import sdk_admission
import sdk_billing
import sdk_companies
import sdk_machines
import sdk_messages
import sdk_oauth
import sdk_organizations
import sdk_people
import sdk_sessions
import sdk_settings
import sdk_webhooks
from sdk_cast import Cast
from sdk_recorder import Recorder


def tell(recorder: Recorder, cast: Cast, keys: sdk_sessions.Keys, frontend: str) -> None:
    """All chapters in order; a broken one does not stop those that can do without it."""
    recorder.chapter(sdk_people.arrive, cast)
    for chapter in (
        sdk_people.are_found,
        sdk_people.change,
        sdk_people.prove_themselves,
        sdk_people.lose_factors,
        sdk_people.are_kept_out,
        sdk_people.use_addresses,
        sdk_people.use_phones,
        sdk_sessions.are_let_in,
        sdk_organizations.rule,
        sdk_admission.wait,
        sdk_admission.come_back,
        sdk_admission.be_listed,
        sdk_admission.are_tested,
        sdk_admission.have_domains,
    ):
        recorder.chapter(chapter, cast)
    recorder.chapter(sdk_sessions.sign_in, cast, keys)
    recorder.chapter(sdk_admission.sign_up, cast, frontend)
    organization = recorder.chapter(sdk_organizations.found, cast)
    recorder.chapter(sdk_organizations.gather, cast, organization)
    recorder.chapter(sdk_organizations.invite, cast, organization)
    recorder.chapter(sdk_admission.own_domains, cast, organization)
    recorder.chapter(sdk_sessions.work_in_an_organization, cast, keys, organization)
    connection = recorder.chapter(sdk_companies.connect, cast, organization)
    recorder.chapter(sdk_companies.connect_as_before, cast, connection)
    recorder.chapter(sdk_companies.provision, connection)
    recorder.chapter(sdk_companies.ask_their_admin, organization)
    recorder.chapter(sdk_companies.part, connection)
    prices = recorder.chapter(sdk_billing.are_offered, cast.plan_id)
    recorder.chapter(sdk_billing.are_subscribed_to, cast, prices, cast.discount_id)
    recorder.chapter(sdk_billing.are_paid_for, cast)
    recorder.chapter(sdk_billing.are_credited, cast, organization)
    recorder.chapter(sdk_organizations.dissolve, organization)
    recorder.chapter(sdk_settings.are_changed)
    recorder.chapter(sdk_settings.of_organizations_and_clients_are_changed)
    machines = recorder.chapter(sdk_machines.are_made, cast)
    recorder.chapter(sdk_machines.speak, keys, machines)
    recorder.chapter(sdk_machines.leave, machines)
    recorder.chapter(sdk_webhooks.are_shown)
    recorder.chapter(sdk_messages.are_written)
    recorder.chapter(sdk_oauth.applications, cast)
    recorder.chapter(sdk_oauth.agents, cast)
    recorder.chapter(sdk_people.leave, cast)


def main() -> int:
    """Tell the story to the server named on the command line.

    Returns: the exit code.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True, help="the Backend API, with /v1")
    parser.add_argument("--frontend", required=True, help="the Frontend API, with /v1")
    parser.add_argument("--key", required=True, help="a secret key")
    parser.add_argument("--jwt-key", required=True, help="the public key as PEM")
    parser.add_argument("--plan", required=True, help="the id of a paid plan for users")
    parser.add_argument("--discount", required=True, help="the id of a discount")
    arguments = parser.parse_args()
    recorder = Recorder(arguments.url, arguments.key)
    root = arguments.url.removesuffix("/v1")
    # Settings files keep the PEM on one line, with `\n` for its line ends.
    pem = arguments.jwt_key.replace("\\n", "\n")
    cast = Cast(arguments.plan, arguments.discount)
    tell(recorder, cast, sdk_sessions.Keys(root, arguments.key, pem), arguments.frontend)
    recorder.print_lines()
    return 1 if any(recorder.errors.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
