// What an app's server learns of one request, by the official client for servers.
import { createClerkClient } from '@clerk/backend';

const given = JSON.parse(process.argv[2]);
const client = createClerkClient({
  secretKey: given.secretKey,
  publishableKey: given.publishableKey,
  apiUrl: given.apiUrl,
});
const request = new Request(given.url, {
  headers: { cookie: given.cookie, accept: 'text/html', 'sec-fetch-dest': 'document' },
});
const state = await client.authenticateRequest(request, {
  authorizedParties: [new URL(given.url).origin],
});
const auth = state.status === 'signed-in' ? state.toAuth() : null;
console.log(
  JSON.stringify({
    status: state.status,
    location: state.headers.get('location'),
    cookies: state.headers.getSetCookie(),
    userId: auth && auth.userId,
  }),
);
