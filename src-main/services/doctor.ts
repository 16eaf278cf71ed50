/** What was found and tried, for people, with the exact commands that would get more. Nothing is run for them. */
import { access, constants } from 'node:fs/promises';
import { StrataError } from '../contract/errors.ts';
import type { DoctorLine, DoctorReport } from '../contract/store.ts';
import { locateStore } from '../sources/disk/locate.ts';
import type { Engine } from '../sources/engine/index.ts';
import type { EngineRecords } from '../sources/engine/records.ts';
import { STRATA_VERSION } from '../support/version.ts';
import type { ServiceContext } from './context.ts';
import type { SourceState } from './store-source.ts';

export async function examine(context: ServiceContext, signal: AbortSignal): Promise<DoctorReport> {
  const state = await context.source.state();
  const engine = context.source.engine();
  const lines = [info('Strata', `version ${STRATA_VERSION}, Node ${process.versions.node}, ${user()}`)];
  lines.push(...triedLines(state));
  if (context.kind === 'archive')
    lines.push(info('Source', `the image archive ${state.endpoint}, read-only`));
  else if (context.kind !== 'engine' || state.state === 'demo')
    lines.push(info('Source', `${state.state}: ${state.endpoint}`));
  else lines.push(...(engine ? await engineLines(engine, signal) : [noEngineLine(state)]));
  lines.push(await historyLine(context));
  return { lines };
}

const info = (topic: string, text: string): DoctorLine => ({ topic, state: 'info', text, advice: null });

function user(): string {
  const uid = process.getuid?.();
  return uid === 0 ? 'running as root' : uid === undefined ? 'running as a user' : `running as user ${uid}`;
}

function triedLines({ tried }: SourceState): DoctorLine[] {
  return tried.map(({ endpoint, error, code }) => {
    const denied = code === 'EACCES' || code === 'EPERM';
    return {
      topic: 'Endpoint',
      state: denied ? 'problem' : 'info',
      text: `${endpoint}: ${error}`,
      advice: denied
        ? 'sudo usermod -aG docker "$USER", then log in anew. Whoever is in the group docker is as good as root.'
        : null,
    };
  });
}

function noEngineLine({ state }: SourceState): DoctorLine {
  const advice =
    state === 'no-permission'
      ? 'Run as a user in the group docker, or: sudo strata scan -o FILE, and open FILE with strata --from FILE'
      : 'sudo systemctl start docker, or name an engine: strata --host unix:///path/docker.sock doctor. strata --demo shows a sample.';
  return { topic: 'Engine', state: 'problem', text: 'no Docker Engine answers', advice };
}

async function engineLines(engine: Engine, signal: AbortSignal): Promise<DoctorLine[]> {
  let records: EngineRecords;
  try {
    records = await engine.read({ signal, sizes: false, diskUsage: false });
  } catch (thrown) {
    const text = `${engine.endpoint} was found, but does not answer: ${StrataError.from(thrown).message}`;
    return [{ topic: 'Engine', state: 'problem', text, advice: 'sudo systemctl status docker' }];
  }
  const { facts, store, issues } = records;
  const found = `Docker ${facts.version}, API ${facts.apiVersion}, at ${engine.endpoint} (from ${engine.from})`;
  return [
    { topic: 'Engine', state: 'ok', text: found, advice: null },
    storeLine(records),
    await filesLine(facts.dataRoot, store),
    ...issues.map(({ where, what }): DoctorLine => ({
      topic: where,
      state: 'warning',
      text: what,
      advice: null,
    })),
  ];
}

function storeLine({ store, facts }: EngineRecords): DoctorLine {
  const text = `${facts.driver}, ${store} store${facts.rootless ? ', rootless' : ''}`;
  const known = store === 'graphdriver' && facts.driver === 'overlay2';
  return {
    topic: 'Store',
    state: known ? 'ok' : 'warning',
    text: known ? text : `${text}: its files are not read; sizes are the engine's own`,
    advice: null,
  };
}

async function filesLine(dataRoot: string, store: string): Promise<DoctorLine> {
  const topic = 'Data root';
  try {
    if (store === 'graphdriver') locateStore(dataRoot);
    else await access(dataRoot, constants.R_OK | constants.X_OK);
    return { topic, state: 'ok', text: `${dataRoot} can be read: sizes are exact`, advice: null };
  } catch (thrown) {
    const text = `${dataRoot}: ${StrataError.from(thrown).message}`;
    const advice =
      'For exact sizes: sudo strata scan -o FILE (it will belong to you), then strata --from FILE scan; or: sudo strata serve';
    return { topic, state: 'warning', text, advice };
  }
}

async function historyLine({ history, stateDir }: ServiceContext): Promise<DoctorLine> {
  const topic = 'Memory';
  const { problem } = await history();
  if (problem === null)
    return { topic, state: 'ok', text: `layer sizes and history in ${stateDir}`, advice: null };
  const advice =
    'Choose a folder you may write with --state-dir or STRATA_HOME. Everything else works without.';
  return { topic, state: 'warning', text: problem, advice };
}
