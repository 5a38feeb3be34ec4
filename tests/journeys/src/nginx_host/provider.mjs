// OpenID provider for journeys: node provider.mjs PORTAL_ORIGIN. Accepts any user name, without a password.
import http from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { pathToFileURL } from 'node:url';

const { default: Provider, interactionPolicy } = await import(pathToFileURL(process.env.CREDIT_DESK_OIDC_PROVIDER));
const [portal] = process.argv.slice(2);
const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
const page = (body) => `<!doctype html><meta charset=utf-8><title>Test provider</title>${body}`;
let provider;

async function interaction(req, res) {
  const { prompt } = await provider.interactionDetails(req, res);
  if (prompt.name !== 'login') throw new Error(`unexpected prompt ${prompt.name}`);
  if (req.method === 'POST') {
    let body = '';
    for await (const part of req) body += part;
    const form = new URLSearchParams(body);
    return provider.interactionFinished(req, res, form.has('cancel')
      ? { error: 'access_denied', error_description: 'the user canceled' }
      : { login: { accountId: form.get('login') } });
  }
  res.setHeader('content-type', 'text/html; charset=utf-8');
  res.end(page('<form method=post><label>User name <input name=login autofocus></label> <button>Sign in</button> <button name=cancel value=1>Cancel</button></form>'));
}

const server = http.createServer((req, res) => {
  if (!req.url.startsWith('/interaction/')) return provider.callback()(req, res);
  return interaction(req, res).catch((e) => { res.statusCode = 400; res.end(String(e)); });
});

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  provider = new Provider(issuer, {
    clients: [{
      client_id: 'credit-desk',
      client_secret: 'test-secret-test-secret-test-secret',
      redirect_uris: [`${portal}/_sso/callback`],
      post_logout_redirect_uris: [`${portal}/`],
      require_auth_time: true,
    }],
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomBytes(32).toString('hex')] },
    pkce: { required: () => true },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
    async loadExistingGrant(ctx) { // no consent page
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    interactions: {
      policy: interactionPolicy.base(),
      url: (ctx, details) => `/interaction/${details.uid}`,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource(ctx, form) { // confirms automatically
          ctx.body = page(form.replace('</form>', '<input type=hidden name=logout value=yes></form>')
            + '<script>document.forms[0].submit()</script>');
        },
      },
    },
  });
  console.log(`listening ${server.address().port}`);
});
