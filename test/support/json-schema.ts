/** The few words of JSON Schema that our published schema uses; any other word is an error of the schema. */

interface Schema {
  readonly [word: string]: unknown;
}

const WORDS = new Set(
  '$schema title description $defs $ref type const enum anyOf pattern minimum required properties additionalProperties items'.split(
    ' ',
  ),
);

/** What is wrong with the value, by path; fields the schema does not name are wrong too. Empty when all is right. */
export function schemaErrors(root: Schema, value: unknown): string[] {
  return errorsAt(root, root, value, '$');
}

function errorsAt(root: Schema, schema: Schema, value: unknown, path: string): string[] {
  const unknownWord = Object.keys(schema).find((word) => !WORDS.has(word));
  if (unknownWord !== undefined) throw new Error(`the schema uses ${unknownWord} at ${path}`);
  if (typeof schema['$ref'] === 'string')
    return errorsAt(root, definition(root, schema['$ref']), value, path);
  const errors: string[] = [];
  const wrong = (what: string): void =>
    void errors.push(`${path}: ${what}, is ${JSON.stringify(value)?.slice(0, 80)}`);
  const { type, pattern, minimum } = schema;
  if (type !== undefined && ![type].flat().includes(typeOf(value))) wrong(`should be ${String(type)}`);
  if ('const' in schema && schema['const'] !== value) wrong(`should be ${String(schema['const'])}`);
  if (Array.isArray(schema['enum']) && !schema['enum'].includes(value)) wrong('should be one of the enum');
  if (typeof pattern === 'string' && typeof value === 'string' && !new RegExp(pattern).test(value))
    wrong(`should be ${pattern}`);
  if (typeof minimum === 'number' && typeof value === 'number' && value < minimum)
    wrong(`should be at least ${minimum}`);
  if (Array.isArray(schema['anyOf'])) {
    const all = (schema['anyOf'] as Schema[]).map((one) => errorsAt(root, one, value, path));
    if (all.every((one) => one.length > 0)) errors.push(...(all.at(-1) ?? []));
  }
  if (Array.isArray(value) && schema['items']) {
    value.forEach((item, at) =>
      errors.push(...errorsAt(root, schema['items'] as Schema, item, `${path}[${at}]`)),
    );
  }
  if (typeOf(value) === 'object')
    errors.push(...fieldErrors(root, schema, value as Record<string, unknown>, path));
  return errors;
}

function fieldErrors(root: Schema, schema: Schema, value: Record<string, unknown>, path: string): string[] {
  const properties = schema['properties'] as Readonly<Record<string, Schema>> | undefined;
  const others = schema['additionalProperties'] as Schema | undefined;
  if (!properties && !others) return [];
  const missing = ((schema['required'] as string[] | undefined) ?? []).filter(
    (name) => !Object.hasOwn(value, name),
  );
  return [
    ...missing.map((name) => `${path}.${name}: is missing`),
    ...Object.entries(value).flatMap(([name, field]) => {
      const own = properties && Object.hasOwn(properties, name) ? properties[name] : others;
      return own ? errorsAt(root, own, field, `${path}.${name}`) : [`${path}.${name}: is not in the schema`];
    }),
  ];
}

function definition(root: Schema, ref: string): Schema {
  const found = (root['$defs'] as Record<string, Schema>)[ref.replace('#/$defs/', '')];
  if (!found) throw new Error(`the schema has no ${ref}`);
  return found;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
