// What an app's server learns of a program's access token, by the official client for servers.
import { createClerkClient } from '@clerk/backend';

const given = JSON.parse(process.argv[2]);
const client = createClerkClient({
  secretKey: given.secretKey,
  publishableKey: given.publishableKey,
  apiUrl: given.apiUrl,
});
const request = new Request('https://app.test/api', {
  headers: { authorization: `Bearer ${given.token}` },
});
const state = await client.authenticateRequest(request, { acceptsToken: 'oauth_token' });
const auth = state.toAuth();
console.log(
  JSON.stringify({
    isAuthenticated: state.isAuthenticated,
    tokenType: state.tokenType,
    userId: auth && auth.userId,
    clientId: auth && auth.clientId,
    scopes: auth && auth.scopes,
  }),
);
