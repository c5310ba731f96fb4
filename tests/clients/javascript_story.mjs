// What an app's server does through the official client for JavaScript, a call after another.
import { createClerkClient, verifyToken } from '@clerk/backend';
import { createKeylessService } from '@clerk/shared/keyless';

const given = JSON.parse(process.argv[2]);
const client = createClerkClient({
  secretKey: given.secretKey,
  publishableKey: given.publishableKey,
  apiUrl: given.apiUrl,
});
const called = [];
const failures = [];

async function call(name, ...args) {
  const [area, method] = name.split('.');
  called.push(name);
  try {
    return await client[area][method](...args);
  } catch (error) {
    failures.push(`${name}: ${error.message} ${JSON.stringify(error.errors ?? '')}`);
    return {};
  }
}

async function shown(token, acceptsToken) {
  const headers = { authorization: `Bearer ${token}` };
  const request = new Request('https://app.test/api', { headers });
  const state = await client.authenticateRequest(request, { acceptsToken, jwtKey: given.jwtKey });
  const auth = state.toAuth();
  return {
    isAuthenticated: state.isAuthenticated,
    tokenType: state.tokenType,
    subject: auth?.userId ?? auth?.subject ?? auth?.machineId ?? null,
  };
}

const mark = given.mark;
const ann = await call('users.createUser', {
  emailAddress: [`ann-${mark}@example.com`],
  firstName: 'Ann',
  password: 'a long walk at dusk',
});
const ben = await call('users.createUser', { emailAddress: [`ben-${mark}@example.com`], skipPasswordRequirement: true });
await call('users.getUser', ann.id);
await call('users.getUserList', { emailAddress: [`ann-${mark}@example.com`] });
await call('users.getCount', { query: mark });
await call('users.updateUser', ann.id, { lastName: 'Example' });
await call('users.updateUserMetadata', ann.id, { publicMetadata: { plan: 'team' } });
await call('users.replaceUserMetadata', ann.id, { publicMetadata: { plan: 'firm' } });
await call('users.verifyPassword', { userId: ann.id, password: 'a long walk at dusk' });
await call('users.setPasswordCompromised', ann.id);
await call('users.unsetPasswordCompromised', ann.id);
await call('users.lockUser', ben.id);
await call('users.unlockUser', ben.id);
await call('users.banUser', ben.id);
await call('users.unbanUser', ben.id);
await call('users.disableUserMFA', ben.id);
const address = await call('emailAddresses.createEmailAddress', {
  userId: ann.id,
  emailAddress: `ann2-${mark}@example.com`,
  verified: true,
});
await call('emailAddresses.getEmailAddress', address.id);
await call('emailAddresses.updateEmailAddress', address.id, { verified: true });
await call('emailAddresses.deleteEmailAddress', address.id);
const number = await call('phoneNumbers.createPhoneNumber', {
  userId: ann.id,
  phoneNumber: given.phoneNumber,
  verified: true,
});
await call('phoneNumbers.getPhoneNumber', number.id);
await call('phoneNumbers.deletePhoneNumber', number.id);

const acme = await call('organizations.createOrganization', { name: `Acme ${mark}`, createdBy: ann.id });
const organizationId = acme.id;
await call('organizations.getOrganization', { organizationId });
await call('organizations.getOrganizationList', { query: mark });
await call('organizations.updateOrganization', organizationId, { name: `Acme Ltd ${mark}` });
await call('organizations.updateOrganizationMetadata', organizationId, { publicMetadata: { size: 3 } });
await call('organizations.createOrganizationMembership', { organizationId, userId: ben.id, role: 'org:member' });
await call('organizations.getOrganizationMembershipList', { organizationId });
await call('organizations.updateOrganizationMembership', { organizationId, userId: ben.id, role: 'org:admin' });
await call('organizations.deleteOrganizationMembership', { organizationId, userId: ben.id });
const invited = await call('organizations.createOrganizationInvitation', {
  organizationId,
  emailAddress: `carl-${mark}@example.com`,
  role: 'org:member',
});
await call('organizations.getOrganizationInvitationList', { organizationId });
await call('organizations.getOrganizationInvitation', { organizationId, invitationId: invited.id });
await call('organizations.revokeOrganizationInvitation', { organizationId, invitationId: invited.id });
const domain = await call('organizations.createOrganizationDomain', {
  organizationId,
  name: `${mark}.test`,
  enrollmentMode: 'manual_invitation',
});
await call('organizations.getOrganizationDomainList', { organizationId });
await call('organizations.deleteOrganizationDomain', { organizationId, domainId: domain.id });

const permission = await call('organizationPermissions.createOrganizationPermission', {
  name: 'Read bills',
  key: `org:bills${mark}:read`,
});
const role = await call('organizationRoles.createOrganizationRole', { name: 'Clerk', key: `org:clerk_${mark}` });
await call('organizationRoles.getOrganizationRoleList', {});
await call('organizationRoles.assignPermissionToOrganizationRole', {
  organizationRoleId: role.id,
  permissionId: permission.id,
});
await call('organizationRoles.deleteOrganizationRole', role.id);
await call('organizationPermissions.deleteOrganizationPermission', permission.id);

const invitation = await call('invitations.createInvitation', { emailAddress: `dora-${mark}@example.com`, notify: false });
await call('invitations.getInvitationList', {});
await call('invitations.revokeInvitation', invitation.id);
const allowed = await call('allowlistIdentifiers.createAllowlistIdentifier', { identifier: `*@${mark}.test`, notify: false });
await call('allowlistIdentifiers.getAllowlistIdentifierList', {});
await call('allowlistIdentifiers.deleteAllowlistIdentifier', allowed.id);
const redirect = await call('redirectUrls.createRedirectUrl', { url: `https://${mark}.test/back` });
await call('redirectUrls.deleteRedirectUrl', redirect.id);
const waiting = await call('waitlistEntries.create', { emailAddress: `eve-${mark}@example.com` });
await call('waitlistEntries.reject', waiting.id);
const template = await call('jwtTemplates.create', { name: `t-${mark}`, claims: { email: '{{user.primary_email_address}}' } });
await call('jwtTemplates.get', template.id);
await call('signInTokens.createSignInToken', { userId: ann.id, expiresInSeconds: 60 });
await call('testingTokens.createTestingToken');
await call('jwks.getJwks');
await call('instance.get');
await call('instance.getOrganizationSettings');
await call('domains.list');
await call('roleSets.getRoleSetList', {});
await call('billing.getPlanList', {});
await call('billing.getUserBillingSubscription', ann.id);
const application = await call('oauthApplications.create', {
  name: `Planner ${mark}`,
  redirectUris: ['https://client.test/back'],
});
await call('oauthApplications.get', application.id);
await call('oauthApplications.delete', application.id);

const session = await call('sessions.createSession', { userId: ann.id });
await call('sessions.getSession', session.id);
await call('sessions.getSessionList', { userId: ann.id });
const token = await call('sessions.getToken', session.id);
const written = await call('sessions.getToken', session.id, `t-${mark}`);
const key = await call('apiKeys.create', { name: 'Robot', subject: ann.id });
await call('apiKeys.list', { subject: ann.id });
await call('apiKeys.verify', key.secret);
const machine = await call('machines.create', { name: `Biller ${mark}` });
const receiver = await call('machines.create', { name: `Ledger ${mark}` });
await call('machines.createScope', machine.id, receiver.id);
const secret = await call('machines.getSecretKey', machine.id);
const opaque = await call('m2m.createToken', { machineSecretKey: secret.secret });
await call('m2m.verify', { token: opaque.token });
const signed = await call('m2m.createToken', { machineSecretKey: secret.secret, tokenFormat: 'jwt' });

const claims = token.jwt ? await verifyToken(token.jwt, { jwtKey: given.jwtKey }) : {};
const tokens = {
  session: await shown(token.jwt, 'session_token'),
  template: await shown(written.jwt, 'session_token'),
  apiKey: await shown(key.secret, 'api_key'),
  machine: await shown(opaque.token, 'm2m_token'),
  signedMachine: await shown(signed.token, 'm2m_token'),
  forged: await shown('ak_nothing', 'api_key'),
};
await call('apiKeys.revoke', { apiKeyId: key.id, revocationReason: 'over' });
await call('m2m.revokeToken', { m2mTokenId: opaque.id });
const after = { apiKey: await shown(key.secret, 'api_key'), machine: await shown(opaque.token, 'm2m_token') };
await call('machines.delete', machine.id);
await call('sessions.revokeSession', session.id);
await call('organizations.deleteOrganization', organizationId);
await call('users.deleteUser', ben.id);
await call('users.deleteUser', ann.id);

// An app without keys: what the SDKs of frameworks do, through the service that they share.
async function startWithoutKeys() {
  const area = '__experimental_accountlessApplications';
  let kept = '';
  let known = createClerkClient({ apiUrl: given.apiUrl });
  const service = createKeylessService({
    storage: { read: () => kept, write: (text) => (kept = text), remove: () => (kept = '') },
    api: {
      createAccountlessApplication: (requestHeaders, source) => {
        called.push(`${area}.createAccountlessApplication`);
        return known[area].createAccountlessApplication({ requestHeaders, source });
      },
      completeOnboarding: (requestHeaders, source) => {
        called.push(`${area}.completeAccountlessApplicationOnboarding`);
        return known[area].completeAccountlessApplicationOnboarding({ requestHeaders, source });
      },
    },
    framework: 'nextjs',
    frameworkVersion: '16.0.0',
  });
  const made = await service.getOrCreateKeys();
  const again = await service.getOrCreateKeys();
  known = createClerkClient({ apiUrl: given.apiUrl, secretKey: made.secretKey });
  const early = await service.completeOnboarding().catch((error) => error.status);
  const page = new URL(made.claimUrl);
  const form = new URLSearchParams({ token: page.searchParams.get('token') });
  const claimed = await fetch(page, { method: 'POST', body: form, headers: { origin: page.origin } });
  const complete = await service.completeOnboarding();
  const user = await known.users.createUser({ emailAddress: ['first@example.com'] });
  return { made, again, early, claimed: claimed.status, complete, users: await known.users.getCount(), user: user.id };
}
const keyless = await startWithoutKeys().catch((error) => failures.push(`keyless: ${error.message}`));
const ids = { ann: ann.id, machine: machine.id };
console.log(JSON.stringify({ called, failures, claims, tokens, after, ids, keyless }));
