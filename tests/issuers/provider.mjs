// A real authorisation server for the tests: oidc-provider with one client that signs its assertions.
// Arguments: the folder of node_modules, the port, the client's public JWK, the client's id and the audience.
import { createRequire } from 'node:module'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { pathToFileURL } from 'node:url'

const [modules, port, jwk, client, audience] = process.argv.slice(2)
const { default: Provider } = await import(pathToFileURL(createRequire(`${modules}/`).resolve('oidc-provider')))
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const issuer = `http://127.0.0.1:${port}`
const scopes = 'system/Appointment.rs system/Patient.rs'

const provider = new Provider(issuer, {
  jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'ES256' }] },
  scopes: scopes.split(' '),
  clientAuthMethods: ['private_key_jwt'],
  clients: [{
    client_id: client,
    grant_types: ['client_credentials'],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: 'ES256',
    scope: scopes,
    jwks: { keys: [JSON.parse(jwk)] }
  }],
  ttl: { ClientCredentials: 600 },
  features: {
    clientCredentials: { enabled: true },
    dPoP: { enabled: true },
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => audience,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({
        scope: scopes,
        audience,
        accessTokenFormat: 'jwt',
        accessTokenTTL: 600,
        jwt: { sign: { alg: 'ES256' } }
      })
    }
  }
})
provider.listen(Number(port), '127.0.0.1')
