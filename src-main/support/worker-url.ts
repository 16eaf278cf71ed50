/**
 * Where a worker thread's program is. From source: beside the file that asks (`base` = its import.meta.url). Built:
 * `<name>.js` beside all other entries and chunks.
 */
export function workerUrl(name: string, base: string): URL {
  return new URL(`./${name}.${base.endsWith('.ts') ? 'ts' : 'js'}`, base);
}
