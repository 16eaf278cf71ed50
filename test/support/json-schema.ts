/** Checks a value against the part of JSON Schema 2020-12 that our published schemas use; a keyword beyond it throws. */
type Schema = Readonly<Record<string, unknown>>;

const NOTES = new Set(['$schema', '$defs', 'title', 'description']);

/** Where and how `value` breaks the schema; empty when it is valid. */
export function schemaErrors(schema: Schema, value: unknown, root: Schema = schema, where = '$'): string[] {
  return Object.entries(schema).flatMap(([keyword, rule]) => {
    if (NOTES.has(keyword)) return [];
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`the schema uses ${keyword}, which this check does not know`);
    return check(rule as never, value, root, where);
  });
}

type Check = (rule: never, value: unknown, root: Schema, where: string) => string[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const must = (holds: boolean, where: string, what: string): string[] => (holds ? [] : [`${where}: ${what}`]);

const KEYWORDS: Readonly<Record<string, Check>> = {
  $ref: (rule: string, value, root, where) => {
    const name = rule.replace('#/$defs/', '');
    const target = (root['$defs'] as Record<string, Schema>)[name];
    if (target === undefined) throw new Error(`no definition ${rule}`);
    return schemaErrors(target, value, root, where);
  },
  const: (rule: unknown, value, _, where) => must(value === rule, where, `is not ${String(rule)}`),
  enum: (rule: readonly unknown[], value, _, where) =>
    must(rule.includes(value), where, `${String(value)} is none of ${rule.join(', ')}`),
  type: (rule: string | readonly string[], value, _, where) =>
    must(
      [rule].flat().some((type) => isType(type, value)),
      where,
      `${JSON.stringify(value)} is no ${String(rule)}`,
    ),
  minimum: (rule: number, value, _, where) =>
    must(typeof value !== 'number' || value >= rule, where, `is below ${rule}`),
  pattern: (rule: string, value, _, where) =>
    must(
      typeof value !== 'string' || new RegExp(rule, 'u').test(value),
      where,
      `${String(value)} does not match ${rule}`,
    ),
  minItems: (rule: number, value, _, where) =>
    must(!Array.isArray(value) || value.length >= rule, where, 'has too few'),
  anyOf: (rule: readonly Schema[], value, root, where) =>
    must(
      rule.some((one) => schemaErrors(one, value, root, where).length === 0),
      where,
      'is none of the allowed forms',
    ),
  required: (rule: readonly string[], value, _, where) =>
    isObject(value) ? rule.flatMap((key) => must(Object.hasOwn(value, key), where, `lacks ${key}`)) : [],
  properties: (rule: Record<string, Schema>, value, root, where) =>
    isObject(value)
      ? Object.entries(rule).flatMap(([key, one]) =>
          Object.hasOwn(value, key) ? schemaErrors(one, value[key], root, `${where}.${key}`) : [],
        )
      : [],
  additionalProperties: (rule: Schema, value, root, where) =>
    isObject(value)
      ? Object.entries(value).flatMap(([key, one]) => schemaErrors(rule, one, root, `${where}.${key}`))
      : [],
  items: (rule: Schema, value, root, where) =>
    Array.isArray(value) ? value.flatMap((one, at) => schemaErrors(rule, one, root, `${where}[${at}]`)) : [],
};

function isType(type: string, value: unknown): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return Number.isSafeInteger(value);
    default:
      return typeof value === type;
  }
}
