/** What stands in the demo store, read from demo-catalog.txt. */
import { readFileSync } from 'node:fs';

/** A build step that made a layer, or one that only changed settings. */
export type Step = readonly [createdBy: string, megabytes: number, files: number] | string;

export interface DemoImage {
  readonly key: string;
  /** Empty: a build that lost its tag to the next one. */
  readonly tags: readonly string[];
  readonly from: string | null;
  readonly steps: readonly Step[];
  readonly ageDays: number;
  /** `pulled`: it has a digest. `classic`: made by the classic builder, `from` is its parent image too. */
  readonly origin: string;
}

export interface DemoContainer {
  readonly name: string;
  readonly image: string;
  readonly state: 'running' | 'paused' | 'exited' | 'created';
  readonly megabytes: number;
  readonly files: number;
  readonly logMegabytes: number;
  readonly ageDays: number;
  /** Name and place. */
  readonly volumes: readonly (readonly [string, string])[];
}

export interface DemoCache {
  readonly type: string;
  readonly description: string;
  /** Stands on the layers of this image, up to this many from its base; with `megabytes` 0 its files are that layer. */
  readonly on: readonly [image: string, layers: number] | null;
  readonly megabytes: number;
  readonly files: number;
  readonly ageDays: number;
  readonly uses: number;
  /** Place in the list of the record it stands on. */
  readonly parent: number | null;
}

const lines = readFileSync(new URL('demo-catalog.txt', import.meta.url), 'utf8').split('\n');

/** The fields of each line that begins with `kind`. */
function rows(kind: string): string[][] {
  const own = lines.filter((line) => line.startsWith(`${kind} `));
  return own.map((line) =>
    line
      .slice(kind.length + 1)
      .split('|')
      .map((field) => field.trim()),
  );
}

const words = (text: string | undefined): string[] => (text ?? '').split(' ').filter((word) => word !== '');
const numbers = (fields: readonly string[]): [number, number, number, number] =>
  fields.map(Number) as [number, number, number, number];

function stepsBelow(at: number): Step[] {
  const end = lines.findIndex((line, index) => index > at && !line.startsWith('  '));
  return lines.slice(at + 1, end).map((line): Step => {
    const [megabytes, files, ...rest] = words(line);
    return megabytes === '-' ? line.trim().slice(2) : [rest.join(' '), Number(megabytes), Number(files)];
  });
}

const imageLines = lines.flatMap((line, at) => (line.startsWith('image ') ? [at] : []));
export const IMAGES: readonly DemoImage[] = rows('image').map(
  ([key = '', from, days, origin = '', tags], at) => ({
    key,
    from: from === '-' || from === undefined ? null : from,
    ageDays: Number(days),
    origin,
    tags: words(tags),
    steps: stepsBelow(imageLines[at]!),
  }),
);

export const CONTAINERS: readonly DemoContainer[] = rows('container').map(
  ([name = '', image = '', state, ...rest]) => {
    const [megabytes, files, logMegabytes, ageDays] = numbers(rest.slice(0, 4));
    const volumes = words(rest[4]).map((one) => one.split('=') as [string, string]);
    return {
      name,
      image,
      state: state as DemoContainer['state'],
      megabytes,
      files,
      logMegabytes,
      ageDays,
      volumes,
    };
  },
);

export const VOLUMES: readonly {
  readonly name: string;
  readonly megabytes: number;
  readonly files: number;
}[] = rows('volume').map(([name = '', megabytes, files]) => ({
  name,
  megabytes: Number(megabytes),
  files: Number(files),
}));

export const CACHE: readonly DemoCache[] = rows('cache').map(
  ([type = '', description = '', on = '-', ...rest]) => {
    const [megabytes, files, ageDays, uses] = numbers(rest.slice(0, 4));
    const [image = '', layers] = words(on);
    const parent = rest[4] === '-' ? null : Number(rest[4]);
    return {
      type,
      description,
      on: on === '-' ? null : [image, Number(layers)],
      megabytes,
      files,
      ageDays,
      uses,
      parent,
    };
  },
);

/** Folders of layers that a killed pull left. */
export const ORPHANS = rows('orphan').map((fields) => {
  const [megabytes, files, ageDays] = numbers(fields);
  return { megabytes, files, ageDays };
});
