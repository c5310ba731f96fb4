"""Users on the wire of the Backend API."""


async def test_an_unknown_user_is_not_found(world):
    answer = await world.get("/users/user_2aaaaaaaaaaaaaaaaaaaaaaaaaa")
    assert answer.status_code == 404
    assert answer.json()["errors"][0]["code"] == "resource_not_found"


async def test_a_request_without_a_key_is_refused(http):
    answer = await http.get("/v1/users/user_x")
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["code"] == "authentication_invalid"


async def test_a_user_is_made_of_what_was_sent(world):
    answer = await world.post(
        "/users",
        {
            "email_address": ["Ann@Example.com", "second@example.com"],
            "email_address_identification_status": ["verified", "reserved"],
            "phone_number": ["+1 (555) 555-0100"],
            "web3_wallet": ["0x" + "AB" * 20],
            "username": "Ann_1",
            "password": "correct horse battery staple",
            "first_name": "Ann",
            "external_id": "ext-1",
            "created_at": "2020-01-02T03:04:05Z",
            "public_metadata": {"plan": "free"},
            "create_organizations_limit": 3.0,
            "banned": True,
            "totp_secret": "JBSWY3DPEHPK3PXP",
        },
    )
    assert answer.status_code == 200, answer.text
    user = answer.json()
    first, second = user["email_addresses"]
    assert first["email_address"] == "Ann@Example.com"
    assert first["verification"]["status"] == "verified"
    assert user["primary_email_address_id"] == first["id"]
    assert second["reserved"]
    assert second["verification"] is None
    assert user["phone_numbers"][0]["phone_number"] == "+15555550100"
    assert user["web3_wallets"][0]["web3_wallet"] == "0x" + "ab" * 20
    assert user["created_at"] == 1577934245000
    assert user["password_enabled"]
    assert user["totp_enabled"]
    assert user["banned"]
    assert user["create_organizations_limit"] == 3
    assert (await world.get(f"/users/{user['id']}")).json() == user


async def test_a_taken_address_names_its_parameter(world):
    await world.user("ann")
    answer = await world.post("/users", {"email_address": ["ANN@example.com"]})
    assert answer.status_code == 422
    error = answer.json()["errors"][0]
    assert error["code"] == "form_identifier_exists"
    assert error["meta"]["param_name"] == "email_address"
