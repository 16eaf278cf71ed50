/** Which engine is meant: the docker CLI's own order, then the places where engines usually listen. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { StrataError } from '../../contract/errors.ts';
import { currentContext, readContext } from './contexts.ts';
import { knownSockets } from './discovery.ts';

export interface EndpointOptions {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

export interface EndpointCandidate {
  /** `unix:///…`, `npipe:////./pipe/…`, `tcp://host:port`; other schemes are refused when tried. */
  readonly endpoint: string;
  /** What named it, for people: `--host`, `DOCKER_HOST`, `context "x"`, `known place`. */
  readonly from: string;
  /** Present where the connection is encrypted: the folder of ca.pem, cert.pem, key.pem. */
  readonly tls?: { readonly folder: string; readonly skipVerify: boolean };
}

/**
 * `--host` or `--context` (both: an error), DOCKER_HOST, DOCKER_CONTEXT, the config's current context; what is named
 * is the only candidate. Else every known place, the default socket first.
 */
export function resolveEndpoints(options: EndpointOptions): EndpointCandidate[] {
  const { host, context, env, home } = options;
  if (host && context) {
    throw new StrataError('bad-request', '--host and --context name an engine each; give only one of them.');
  }
  const config = env.DOCKER_CONFIG || join(home, '.docker');
  if (host) return [withTls(host, '--host', env, config)];
  if (context && context !== 'default') return [fromContext(config, context)];
  if (env.DOCKER_HOST) return [withTls(env.DOCKER_HOST, 'DOCKER_HOST', env, config)];
  const name = context || env.DOCKER_CONTEXT || currentContext(config);
  if (name && name !== 'default') return [fromContext(config, name)];
  return knownSockets(env, home).map((endpoint) => ({ endpoint, from: 'known place' }));
}

function fromContext(config: string, name: string): EndpointCandidate {
  const { host, tlsFolder, skipVerify } = readContext(config, name);
  const from = `context "${name}"`;
  return host.startsWith('tcp://') && existsSync(tlsFolder)
    ? { endpoint: host, from, tls: { folder: tlsFolder, skipVerify } }
    : { endpoint: host, from };
}

function withTls(host: string, from: string, env: NodeJS.ProcessEnv, config: string): EndpointCandidate {
  const endpoint = host.includes('://') ? host : `tcp://${host}`;
  if (!endpoint.startsWith('tcp://') || !env.DOCKER_TLS_VERIFY) return { endpoint, from };
  return { endpoint, from, tls: { folder: env.DOCKER_CERT_PATH || config, skipVerify: false } };
}
