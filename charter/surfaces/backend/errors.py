"""Where this API's codes and statuses differ from what an error's kind says."""

RENAMED: dict[str, tuple[int, str]] = {
    # Any operation
    "invalid_input": (422, "form_param_value_invalid"),
    "filter_syntax": (422, "form_param_format_invalid"),
    "filter_type": (422, "form_param_value_invalid"),
    "missing_input": (422, "form_param_missing"),
    "unknown_input": (422, "form_param_unknown"),
    "malformed_input": (400, "request_body_invalid"),
    "too_large": (413, "request_body_too_large"),
    "authentication_invalid": (401, "authentication_invalid"),
    "not_permitted": (403, "authorization_invalid"),
    "idempotency_key_in_flight": (409, "conflict"),
    "no_such_path": (404, "resource_not_found"),
    "method_not_allowed": (405, "method_not_allowed"),
    # Checks
    "check_done": (400, "verification_already_verified"),
    "check_expired": (400, "verification_expired"),
    "check_failed": (400, "verification_failed"),
    "check_not_prepared": (400, "verification_missing"),
    "code_incorrect": (422, "form_code_incorrect"),
    "strategy_not_allowed": (422, "strategy_for_user_invalid"),
    # Clients
    "client_not_found": (404, "resource_not_found"),
    "client_token_invalid": (400, "invalid_session_token"),
    # Email addresses
    "email_address_invalid": (422, "form_param_format_invalid"),
    "email_address_not_found": (404, "resource_not_found"),
    "email_address_taken": (422, "form_identifier_exists"),
    # Grants
    "return_url_not_allowed": (422, "invalid_redirect_url"),
    # Invitations
    "invitation_already_accepted": (400, "invitation_already_accepted"),
    "invitation_already_revoked": (400, "invitation_already_revoked"),
    "invitation_exists": (400, "duplicate_record"),
    "invitation_not_found": (404, "resource_not_found"),
    # Keys
    "secret_key_not_found": (404, "resource_not_found"),
    # Memberships
    "already_member": (400, "already_a_member_in_organization"),
    "last_owner": (422, "organization_minimum_permissions_needed"),
    "member_not_found": (404, "resource_not_found"),
    "membership_limit_reached": (403, "organization_membership_quota_exceeded"),
    # Organization invitations
    "invitation_not_pending": (404, "organization_invitation_not_pending"),
    "invitation_pending": (400, "organization_invitation_not_unique"),
    "invitation_revoked_before": (404, "organization_invitation_not_pending"),
    "inviter_not_member": (403, "not_a_member_in_organization"),
    "inviter_not_permitted": (403, "authorization_invalid"),
    # Organizations
    "logo_not_found": (404, "image_not_found"),
    "organization_creation_not_allowed": (403, "user_create_organization_not_enabled"),
    "organization_deletion_not_allowed": (403, "organization_admin_delete_not_enabled"),
    "organization_limit_reached": (403, "organization_quota_exceeded"),
    "organization_not_found": (404, "resource_not_found"),
    "roles_outside_set": (422, "organization_role_set_reassignment_mappings_missing"),
    "slug_taken": (422, "form_identifier_exists"),
    # Passkeys
    "credential_invalid": (422, "passkey_invalid_public_key_credential"),
    "last_way_in": (403, "last_required_identification_deletion_failed"),
    "passkey_not_found": (404, "resource_not_found"),
    "passkey_not_registered": (404, "passkey_not_registered"),
    "passkey_origin_refused": (403, "origin_invalid"),
    "passkey_refused": (400, "passkey_authentication_failure"),
    "passkey_taken": (422, "form_identifier_exists"),
    "passkeys_disabled": (403, "feature_not_enabled"),
    "too_many_passkeys": (403, "passkey_quota_exceeded"),
    # Passwords
    "password_common": (422, "form_password_pwned"),
    "password_contains_word": (422, "form_password_matches_identifier"),
    "password_digest_invalid": (422, "form_password_digest_invalid_code"),
    "password_hasher_unknown": (422, "form_param_value_invalid"),
    "password_incorrect": (422, "incorrect_password"),
    "password_too_long": (422, "form_password_length_too_long"),
    "password_too_short": (422, "form_password_length_too_short"),
    "user_locked": (422, "user_locked"),
    # Permissions
    "permission_key_taken": (422, "form_identifier_exists"),
    "permission_not_found": (404, "resource_not_found"),
    "system_permission": (403, "organization_system_permission_not_modifiable"),
    # Phone numbers
    "new_second_factor_not_verified": (400, "identification_create_second_factor_unverified"),
    "phone_number_invalid": (422, "form_param_format_invalid"),
    "phone_number_not_found": (404, "resource_not_found"),
    "phone_number_taken": (422, "form_identifier_exists"),
    "second_factor_not_verified": (400, "identification_update_second_factor_unverified"),
    # Role sets
    "mapping_invalid": (422, "organization_role_set_reassignment_mappings_invalid"),
    "mappings_missing": (422, "organization_role_set_reassignment_mappings_missing"),
    "role_not_in_set": (422, "form_param_value_invalid"),
    "role_set_key_taken": (422, "form_identifier_exists"),
    "role_set_not_found": (404, "resource_not_found"),
    # Roles
    "missing_creator_permissions": (422, "organization_missing_creator_role_permissions"),
    "permission_held": (409, "organization_role_permission_association_exists"),
    "permission_not_held": (404, "organization_role_permission_association_not_found"),
    "role_by_default": (422, "organization_role_domain_default_role"),
    "role_has_members": (422, "organization_role_assigned_members"),
    "role_in_invitations": (422, "organization_role_exists_in_invitations"),
    "role_key_taken": (422, "form_identifier_exists"),
    "role_not_found": (404, "resource_not_found"),
    "role_of_creators": (422, "organization_role_default_creator_role"),
    # Second factors
    "authenticator_app_disabled": (403, "feature_not_enabled"),
    "backup_codes_unavailable": (400, "backup_codes_not_available"),
    "totp_enabled": (400, "totp_already_enabled"),
    "totp_not_found": (404, "resource_not_found"),
    "totp_secret_invalid": (422, "invalid_totp_secret_code"),
    # Sessions
    "nonce_invalid": (404, "resource_not_found"),
    "development_only": (400, "request_invalid_for_environment"),
    "expired_token_consumed": (401, "session_refresh_expired_session_token_consumed"),
    "expired_token_invalid": (401, "expired_session_token_invalid"),
    "expired_token_too_old": (401, "session_refresh_expired_session_token_too_old"),
    "expired_token_without_party": (401, "expired_session_token_missing_azp"),
    "expired_token_without_session": (401, "expired_session_token_missing_sid"),
    "expired_token_without_time": (401, "session_refresh_expired_session_token_missing_iat"),
    "inactive_session": (401, "session_refresh_inactive_session"),
    "origin_invalid": (401, "refresh_request_origin_invalid"),
    "origin_mismatch": (401, "refresh_request_origin_azp_mismatch"),
    "refresh_refused": (401, "session_refresh_refused"),
    "refresh_user_not_found": (401, "session_refresh_user_not_found"),
    "reverification_required": (403, "session_reverification_required"),
    "session_mismatch": (401, "refresh_sid_mismatch"),
    "session_not_active": (404, "resource_not_found"),
    "session_not_found": (404, "resource_not_found"),
    "session_to_refresh_not_found": (401, "session_refresh_session_not_found"),
    "template_not_found": (404, "resource_not_found"),
    "token_ineligible": (401, "session_refresh_session_token_ineligible"),
    "user_banned": (422, "user_banned"),
    # Sign in tokens
    "sign_in_token_not_found": (404, "resource_not_found"),
    "sign_in_token_not_pending": (400, "sign_in_token_cannot_be_revoked_code"),
    # Sign ins
    "already_signed_in": (400, "identifier_already_signed_in"),
    "identifier_unknown": (422, "form_identifier_not_found"),
    "session_exists": (400, "session_exists"),
    "sign_in_not_found": (404, "resource_not_found"),
    "sign_in_not_waiting": (400, "verification_invalid_strategy"),
    # Sign ups
    "field_not_enabled": (422, "form_param_unknown"),
    "sign_up_by_waitlist": (403, "sign_up_restricted_waitlist"),
    "sign_up_not_found": (404, "resource_not_found"),
    "sign_up_over": (400, "sign_up_cannot_be_updated"),
    "sign_up_restricted": (403, "sign_up_mode_restricted"),
    # Users
    "external_id_taken": (422, "form_identifier_exists"),
    "future_date": (422, "form_disallow_future_date"),
    "identifier_missing": (422, "form_data_missing"),
    "image_missing": (404, "image_not_found"),
    "length_mismatch": (422, "form_param_array_length_mismatch"),
    "user_not_found": (404, "resource_not_found"),
    "username_character": (422, "form_username_invalid_character"),
    "username_is_number": (422, "form_username_needs_non_number_char"),
    "username_length": (422, "form_username_invalid_length"),
    "username_taken": (422, "form_identifier_exists"),
    # Verification
    "identifier_not_verified": (422, "form_verification_needed"),
    "last_identifier": (400, "last_required_identification_deletion_failed"),
    "too_many_codes": (429, "verification_code_too_many_requests"),
    "verification_not_found": (404, "resource_not_found"),
    # Web3 wallets
    "web3_wallet_invalid": (422, "form_param_format_invalid"),
    "web3_wallet_not_found": (404, "resource_not_found"),
    "web3_wallet_taken": (422, "form_identifier_exists"),
}
"""Core code → status and code on this wire."""

MESSAGES: dict[str, str] = {
    "resource_not_found": "not found",
    "form_identifier_exists": "is taken",
    "form_param_missing": "is missing",
    "form_param_unknown": "is unknown",
    "form_param_value_invalid": "is invalid",
    "form_param_format_invalid": "is invalid",
    "authentication_invalid": "Unable to authenticate",
    "organization_minimum_permissions_needed": "minimum permissions needed",
}
"""Code on this wire → the short text that existing interfaces show beside a field."""

CREDENTIALS: dict[str, str] = {
    "authorization": "Send a secret key: the header `Authorization: Bearer sk_…`.",
    "origin": "A secret key is for servers; a request with the header Origin is a browser's.",
    "secret_key": "This is no secret key of this server, or it was revoked or has expired.",
}
"""What is wrong with a credential → how to mend it; nothing that its holder does not know."""
