"""Where this API's codes and statuses differ from what an error's kind says."""

RENAMED: dict[str, tuple[int, str]] = {
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
    "user_not_found": (404, "resource_not_found"),
    "identifier_missing": (422, "form_data_missing"),
    "length_mismatch": (422, "form_param_array_length_mismatch"),
    "future_date": (422, "form_disallow_future_date"),
    "external_id_taken": (422, "form_identifier_exists"),
    "username_taken": (422, "form_identifier_exists"),
    "email_address_taken": (422, "form_identifier_exists"),
    "email_address_invalid": (422, "form_param_format_invalid"),
    "email_address_not_found": (404, "resource_not_found"),
    "phone_number_taken": (422, "form_identifier_exists"),
    "phone_number_invalid": (422, "form_param_format_invalid"),
    "phone_number_not_found": (404, "resource_not_found"),
    "web3_wallet_taken": (422, "form_identifier_exists"),
    "web3_wallet_invalid": (422, "form_param_format_invalid"),
    "organization_not_found": (404, "resource_not_found"),
    "slug_taken": (422, "form_identifier_exists"),
    "member_not_found": (404, "resource_not_found"),
    "already_member": (400, "already_a_member_in_organization"),
    "last_owner": (422, "organization_minimum_permissions_needed"),
    "role_not_found": (404, "resource_not_found"),
    "permission_not_found": (404, "resource_not_found"),
    "role_set_not_found": (404, "resource_not_found"),
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
