/**
 * Where a worker thread's program is. From source: beside the file that asks (`base` = its import.meta.url). Built:
 * `<name>.js` beside the bundle's entries, also when the asking code was put into a chunk of its own below them.
 */
export function workerUrl(name: string, base: string): URL {
  if (base.endsWith('.ts')) return new URL(`./${name}.ts`, base);
  return new URL(base.includes('/chunks/') ? `../${name}.js` : `./${name}.js`, base);
}
