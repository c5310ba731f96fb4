"""Imports the tables of every area, so that the metadata is whole."""

from charter.core.accountless_applications.tables import accountless_applications
from charter.core.actor_tokens.tables import actor_tokens
from charter.core.admin_portal.tables import admin_portal_link_tokens
from charter.core.agent_tasks.tables import agent_tasks
from charter.core.api_keys.tables import api_keys
from charter.core.applications.tables import applications
from charter.core.audit.tables import audit_entries, stream_cursors
from charter.core.clients.tables import clients
from charter.core.credits.tables import ledger_accounts, ledger_entries, ledger_transactions
from charter.core.directories.tables import directories, directory_group_mappings, directory_keys
from charter.core.discounts.tables import discount_redemptions, discounts
from charter.core.email_addresses.tables import email_addresses
from charter.core.enterprise_connections.tables import (
    enterprise_accounts,
    enterprise_connection_domains,
    enterprise_connections,
)
from charter.core.external_accounts.tables import external_accounts
from charter.core.files.tables import file_uploads, file_usages, files
from charter.core.grants.tables import grants
from charter.core.identity_providers.tables import identity_providers
from charter.core.instance_domains.tables import instance_domains
from charter.core.instances.tables import instances
from charter.core.invitations.tables import invitations
from charter.core.invoices.tables import invoices
from charter.core.join_codes.tables import join_codes
from charter.core.jwt_templates.tables import jwt_templates
from charter.core.keys.tables import secret_keys, signing_keys
from charter.core.limits.tables import limit_counts
from charter.core.listed_identifiers.tables import listed_identifiers
from charter.core.m2m_tokens.tables import m2m_tokens
from charter.core.machines.tables import machine_scopes, machine_secrets, machines
from charter.core.membership_requests.tables import membership_requests
from charter.core.memberships.tables import (
    disabled_membership_roles,
    disabled_memberships,
    membership_roles,
    memberships,
)
from charter.core.message_templates.tables import message_templates
from charter.core.messages.tables import messages
from charter.core.oauth_applications.tables import oauth_application_keys, oauth_applications
from charter.core.oauth_authorizations.tables import (
    oauth_access_tokens,
    oauth_authorizations,
    oauth_consents,
)
from charter.core.organization_domains.tables import organization_domains
from charter.core.organization_invitations.tables import organization_invitations
from charter.core.organization_tokens.tables import organization_tokens
from charter.core.organizations.tables import organizations
from charter.core.passkeys.tables import passkeys
from charter.core.passwords.tables import passwords
from charter.core.payers.tables import payers, payment_methods
from charter.core.payments.tables import (
    billing_holds,
    billing_statements,
    payment_attempts,
    payment_gateways,
    payments,
)
from charter.core.people.tables import former_users, user_profiles
from charter.core.permissions.tables import permissions
from charter.core.phone_numbers.tables import phone_numbers
from charter.core.plans.tables import features, plan_features, plans
from charter.core.prices.tables import prices
from charter.core.provider_subscriptions.tables import (
    gateway_customers,
    gateway_events,
    provider_subscriptions,
)
from charter.core.proxy_checks.tables import proxy_checks
from charter.core.query_deletions.tables import tombstones
from charter.core.recorded_payments.tables import recorded_payments
from charter.core.redirect_urls.tables import redirect_urls
from charter.core.reverifications.tables import reverifications
from charter.core.role_sets.tables import role_set_roles, role_sets
from charter.core.roles.tables import role_permissions, roles
from charter.core.second_factors.tables import backup_codes, second_factor_tries, totp_secrets
from charter.core.sessions.tables import sessions
from charter.core.sign_in_tokens.tables import sign_in_tokens
from charter.core.sign_ins.tables import sign_ins
from charter.core.sign_ups.tables import sign_ups
from charter.core.subscriptions.tables import subscription_items, subscriptions
from charter.core.suggestions.tables import organization_suggestions
from charter.core.transfers.tables import imports
from charter.core.users.tables import users
from charter.core.waitlist_entries.tables import waitlist_entries
from charter.core.web3_wallets.tables import web3_wallets
from charter.core.webhooks.tables import (
    webhook_apps,
    webhook_attempts,
    webhook_deliveries,
    webhook_drafts,
    webhook_endpoints,
    webhook_messages,
    webhook_secrets,
)
from charter.kernel.db import metadata
from charter.kernel.events import events
from charter.kernel.idempotency import idempotency_keys
from charter.kernel.jobs import jobs

ALL = tuple(metadata.sorted_tables)
"""Every table, each after those it refers to."""

__all__ = [
    "ALL",
    "accountless_applications",
    "actor_tokens",
    "admin_portal_link_tokens",
    "agent_tasks",
    "api_keys",
    "applications",
    "audit_entries",
    "backup_codes",
    "billing_holds",
    "billing_statements",
    "clients",
    "directories",
    "directory_group_mappings",
    "directory_keys",
    "disabled_membership_roles",
    "disabled_memberships",
    "discount_redemptions",
    "discounts",
    "email_addresses",
    "enterprise_accounts",
    "enterprise_connection_domains",
    "enterprise_connections",
    "events",
    "external_accounts",
    "features",
    "file_uploads",
    "file_usages",
    "files",
    "former_users",
    "gateway_customers",
    "gateway_events",
    "grants",
    "idempotency_keys",
    "identity_providers",
    "imports",
    "instance_domains",
    "instances",
    "invitations",
    "invoices",
    "jobs",
    "join_codes",
    "jwt_templates",
    "ledger_accounts",
    "ledger_entries",
    "ledger_transactions",
    "limit_counts",
    "listed_identifiers",
    "m2m_tokens",
    "machine_scopes",
    "machine_secrets",
    "machines",
    "membership_requests",
    "membership_roles",
    "memberships",
    "message_templates",
    "messages",
    "metadata",
    "oauth_access_tokens",
    "oauth_application_keys",
    "oauth_applications",
    "oauth_authorizations",
    "oauth_consents",
    "organization_domains",
    "organization_invitations",
    "organization_suggestions",
    "organization_tokens",
    "organizations",
    "passkeys",
    "passwords",
    "payers",
    "payment_attempts",
    "payment_gateways",
    "payment_methods",
    "payments",
    "permissions",
    "phone_numbers",
    "plan_features",
    "plans",
    "prices",
    "provider_subscriptions",
    "proxy_checks",
    "recorded_payments",
    "redirect_urls",
    "reverifications",
    "role_permissions",
    "role_set_roles",
    "role_sets",
    "roles",
    "second_factor_tries",
    "secret_keys",
    "sessions",
    "sign_in_tokens",
    "sign_ins",
    "sign_ups",
    "signing_keys",
    "stream_cursors",
    "subscription_items",
    "subscriptions",
    "tombstones",
    "totp_secrets",
    "user_profiles",
    "users",
    "waitlist_entries",
    "web3_wallets",
    "webhook_apps",
    "webhook_attempts",
    "webhook_deliveries",
    "webhook_drafts",
    "webhook_endpoints",
    "webhook_messages",
    "webhook_secrets",
]
