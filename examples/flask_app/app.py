"""A web app with one protected route, tied to Charter by the official client and two settings."""

import os
from typing import Any

from clerk_backend_api import AuthenticateRequestOptions, Clerk, authenticate_request
from flask import Flask, jsonify, request

app = Flask(__name__)
clerk = Clerk(
    bearer_auth=os.environ["CHARTER_SECRET_KEY"],
    server_url=os.environ["CHARTER_API_URL"] + "/v1",
)
# Tokens are verified with the public key alone: no request leaves this process for it.
options = AuthenticateRequestOptions(jwt_key=os.environ["CHARTER_JWT_KEY"].replace("\\n", "\n"))


@app.get("/")
def home() -> Any:
    return jsonify(
        open_to="everybody", try_next="/whoami with Authorization: Bearer <session token>"
    )


@app.get("/whoami")
def whoami() -> Any:
    state = authenticate_request(request, options)
    if not state.is_signed_in or state.payload is None:
        return jsonify(error="sign in first", reason=str(state.reason)), 401
    user = clerk.users.get(user_id=state.payload["sub"])
    return jsonify(id=user.id, name=user.first_name, organization=state.payload.get("org_slug"))
