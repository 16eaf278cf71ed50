import { createHash } from 'node:crypto';
import { copyEntry, findNode } from '../../analysis/inside/stack.ts';
import {
  findSecretByPath,
  findSecretsInText,
  isSuspiciousPath,
  type SecretMatch,
} from '../../analysis/secrets/find-secrets.ts';
import { maskSecrets } from '../../analysis/secrets/find-secrets.ts';
import { severityAt } from '../../analysis/secrets/sample-places.ts';
import { riskyFiles } from '../../analysis/secrets/risky-files.ts';
import { StrataError } from '../../contract/errors.ts';
import type { SecretFinding, SecretsReport } from '../../contract/inside.ts';
import { stepsOf, type ImageTrees, type InsideImage } from './image-trees.ts';
import type { StackedImage, StackOf } from './stacks.ts';

/** A credential file is small. Larger ones are programs, data, logs. */
const MAX_FILE_BYTES = 512 << 10;
/** Findings of one search; more would be a data set, not credentials. */
const MAX_FINDINGS = 5_000;

/** Values kept for revealing, of several searches: the oldest leave first. */
const MAX_VALUES = 4 * MAX_FINDINGS;

type Found = Omit<SecretFinding, 'images' | 'id' | 'deletedLater'>;

/** Looks for credentials in images. Values stay here, in memory, until one is asked for. */
export function createSecrets(trees: ImageTrees, stackOf: StackOf) {
  const values = new Map<string, string>();

  async function search(names: readonly string[], signal: AbortSignal): Promise<SecretsReport> {
    const images =
      names.length === 0 ? await trees.all() : await Promise.all(names.map((name) => trees.find(name)));
    const findings = new Map<string, SecretFinding>();
    const layers = new Map<string, Promise<LayerFindings>>();
    const report = {
      setuid: [] as Risky[],
      worldWritable: [] as Risky[],
      problems: [] as string[],
      filesRead: 0,
      bytesRead: 0,
    };
    const add = (image: InsideImage, found: Found, value: string, deletedLater: boolean): void => {
      const id = idOf(found, value);
      const known = findings.get(id);
      if (known === undefined && findings.size < MAX_FINDINGS) {
        values.delete(id);
        values.set(id, value);
        if (values.size > MAX_VALUES) values.delete(values.keys().next().value!);
        findings.set(id, { ...found, id, deletedLater, images: [image.id] });
      } else if (known !== undefined && !known.images.includes(image.id)) {
        findings.set(id, {
          ...known,
          deletedLater: known.deletedLater && deletedLater,
          images: [...known.images, image.id],
        });
      }
    };
    for (const image of images) {
      if (signal.aborted) throw new StrataError('cancelled', 'Cancelled');
      try {
        inConfig(image, add);
        const stacked = await stackOf(image.id, null, signal);
        for (const kind of ['setuid', 'worldWritable'] as const) {
          report[kind].push(...riskyFiles(stacked.stack, kind).map((one) => ({ image: image.id, ...one })));
        }
        const steps = stepsOf(image);
        for (const [layer, chainId] of image.chain.entries()) {
          let reading = layers.get(chainId);
          if (reading === undefined) {
            reading = readLayer(trees, image, layer);
            layers.set(chainId, reading);
            const { filesRead, bytesRead, unread } = await reading;
            if (unread[0] !== undefined) {
              report.problems.push(
                `${image.name}, layer ${layer}: ${unread.length} files not read, the first: ${unread[0]}`,
              );
            }
            report.filesRead += filesRead;
            report.bytesRead += bytesRead;
          }
          for (const { path, match } of (await reading).found) {
            const createdBy = steps[layer] === undefined ? null : maskSecrets(steps[layer]);
            const found = {
              ...matched(match),
              severity: severityAt(path, match),
              where: 'file' as const,
              path,
              line: match.line,
              chainId,
              createdBy,
            };
            add(image, found, match.value, !isVisible(stacked, path, layer));
          }
        }
      } catch (thrown) {
        const error = StrataError.from(thrown);
        if (error.code === 'cancelled' || names.length === 1) throw error;
        report.problems.push(`${image.name}: ${error.message}`);
      }
    }
    const rank = { high: 0, medium: 1, low: 2 };
    const sorted = [...findings.values()].sort(
      (a, b) => rank[a.severity] - rank[b.severity] || (a.path < b.path ? -1 : 1),
    );
    if (sorted.length >= MAX_FINDINGS)
      report.problems.push(`More than ${MAX_FINDINGS} findings: the rest is not listed`);
    return { findings: sorted, ...report };
  }

  return {
    search,
    /** @throws StrataError 'not-found' when no search of this run found it */
    reveal(findingId: string): string {
      const value = values.get(findingId);
      if (value === undefined)
        throw new StrataError('not-found', 'There is no such finding in this run: search again');
      return value;
    },
  };
}

type Risky = SecretsReport['setuid'][number];

interface LayerFindings {
  readonly found: readonly { readonly path: string; readonly match: SecretMatch }[];
  readonly filesRead: number;
  readonly bytesRead: number;
  /** A line for each file that vanished or could not be read. */
  readonly unread: readonly string[];
}

async function readLayer(trees: ImageTrees, image: InsideImage, layer: number): Promise<LayerFindings> {
  const found: { path: string; match: SecretMatch }[] = [];
  let [filesRead, bytesRead] = [0, 0];
  const unread = await trees.readFiles(
    image,
    layer,
    (path, bytes) => (bytes > 0 && (bytes <= MAX_FILE_BYTES || isSuspiciousPath(path)) ? MAX_FILE_BYTES : 0),
    (path, bytes) => {
      filesRead += 1;
      bytesRead += bytes.length;
      const binary = bytes.subarray(0, 8192).includes(0);
      const text = binary
        ? ''
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
      const inText = binary ? [] : findSecretsInText(text);
      const byPath = findSecretByPath(path, text);
      for (const match of inText) found.push({ path, match });
      if (byPath !== undefined && inText.length === 0) found.push({ path, match: byPath });
    },
  );
  return { found, filesRead, bytesRead, unread };
}

/** Environment, labels and build steps: in the image's config, where everybody who has the image reads them. */
function inConfig(
  image: InsideImage,
  add: (image: InsideImage, found: Found, value: string, deletedLater: boolean) => void,
): void {
  const places: { where: 'env' | 'label' | 'step'; path: string; text: string }[] = [
    ...image.env.map((text) => ({ where: 'env' as const, path: text.split('=')[0] ?? '', text })),
    ...Object.entries(image.labels).map(([key, text]) => ({
      where: 'label' as const,
      path: key,
      text: `${key}=${text}`,
    })),
    ...image.history.map(({ createdBy }, step) => ({
      where: 'step' as const,
      path: `step ${step}`,
      text: createdBy,
    })),
  ];
  for (const { where, path, text } of places) {
    for (const match of findSecretsInText(text, { longLines: true })) {
      const createdBy = where === 'step' ? maskSecrets(text) : null;
      add(
        image,
        { ...matched(match), where, path, line: match.line, chainId: null, createdBy },
        match.value,
        false,
      );
    }
  }
}

function matched({ ruleId, name, severity, masked }: SecretMatch) {
  return { ruleId, name, severity, masked };
}

function isVisible({ stack }: StackedImage, path: string, layer: number): boolean {
  const node = findNode(stack, path);
  return (
    node !== undefined && stack.visible[node] === 1 && copyEntry(stack, stack.current[node]!).layer === layer
  );
}

function idOf(found: Found, value: string): string {
  const parts = [found.ruleId, found.where, found.path, found.chainId ?? '', String(found.line), value];
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 24);
}
