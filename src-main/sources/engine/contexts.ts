/**
 * The docker CLI's contexts: `config.json` names the current one, `contexts/meta/<sha256 of the name>/meta.json` holds
 * its endpoint, `contexts/tls/<sha256>/docker/` its keys (docker/cli, cli/context/store). Read only.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { StrataError } from '../../contract/errors.ts';

const Config = v.object({ currentContext: v.nullish(v.string()) });
const Meta = v.object({
  Name: v.string(),
  Endpoints: v.object({
    docker: v.object({ Host: v.nullish(v.string()), SkipTLSVerify: v.nullish(v.boolean()) }),
  }),
});

export interface ContextEndpoint {
  readonly host: string;
  /** The folder of ca.pem, cert.pem, key.pem; the files need not be there. */
  readonly tlsFolder: string;
  readonly skipVerify: boolean;
}

/** The name in `currentContext`, or null when there is none or no config. */
export function currentContext(configFolder: string): string | null {
  const path = join(configFolder, 'config.json');
  const text = readOrNull(path);
  if (text === null || text.trim() === '') return null;
  return parse(Config, text, path).currentContext || null;
}

/** Throws `not-found` for a context that isn't there: guessing another engine would be worse. */
export function readContext(configFolder: string, name: string): ContextEndpoint {
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(configFolder, 'contexts/meta', id, 'meta.json');
  const text = readOrNull(path);
  if (text === null) {
    throw new StrataError(
      'not-found',
      `There is no Docker context "${name}" in ${configFolder}. "docker context ls" lists them; --host takes an address.`,
    );
  }
  const { docker } = parse(Meta, text, path).Endpoints;
  if (!docker.Host) throw new StrataError('failed', `${path} names no host for the context "${name}".`);
  return {
    host: docker.Host,
    tlsFolder: join(configFolder, 'contexts/tls', id, 'docker'),
    skipVerify: docker.SkipTLSVerify ?? false,
  };
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    const { code, message } = thrown as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new StrataError(
      'failed',
      `The Docker CLI's settings can't be read: ${message}. --host takes an address.`,
    );
  }
}

function parse<T extends v.GenericSchema>(schema: T, text: string, path: string): v.InferOutput<T> {
  try {
    return v.parse(schema, JSON.parse(text));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    throw new StrataError('failed', `${path} is damaged: ${why}. Repair it, or name an engine with --host.`);
  }
}
