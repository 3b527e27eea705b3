// A real OpenID Connect provider for the browser tests. Writes its address to standard output, reads the dashboard's
// from standard input, and ends with that. Whoever types a user name and any password is that person; their groups stand below.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { exportJWK, generateKeyPair } from 'jose';
import Provider from 'oidc-provider';

const groups = { ada: ['vpn-admins', 'staff'], bert: ['staff'], mallory: [] };

const server = createServer();
await new Promise((listening) => server.listen(0, '127.0.0.1', listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
console.log(issuer);

const input = createInterface({ input: process.stdin });
const dashboard = await new Promise((line) => input.once('line', line));
input.once('close', () => process.exit(0));

const { privateKey } = await generateKeyPair('ES256', { extractable: true });
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'openvpn-dashboard',
      client_secret: 'a secret: that % only & tests know',
      id_token_signed_response_alg: 'ES256',
      redirect_uris: [`${dashboard}/account/single-sign-on/answer`],
      post_logout_redirect_uris: [`${dashboard}/account/sign-in`],
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: 'only-for-tests' }] },
  claims: { openid: ['sub', 'groups'], profile: ['preferred_username'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, preferred_username: id, groups: groups[id] ?? [] }),
  }),
  pkce: { required: () => true },
  cookies: { keys: ['only-for-tests'] },
  features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
});
server.on('request', provider.callback());
console.log('ready');
