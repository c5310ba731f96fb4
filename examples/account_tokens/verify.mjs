import { createRemoteJWKSet, jwtVerify } from "jose";

/** Checks access tokens of one client, without asking the server for each. */
export function verifier({ jwksUrl, issuer, audience }) {
  // Keeps the key set for an hour; a key that it does not know makes it look once more.
  const keys = createRemoteJWKSet(new URL(jwksUrl), {
    cacheMaxAge: 3_600_000,
    cooldownDuration: 0,
  });
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ: "at+jwt",
      algorithms: ["RS256"],
      requiredClaims: ["exp", "sub", "cid", "app"],
    });
    return payload;
  };
}
