"""Enterprise connections: the identity providers of companies, by SAML or by OpenID Connect."""
