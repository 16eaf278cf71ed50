import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { expect, test } from 'vitest';
import {
  findSecretByPath,
  findSecretsInText,
  mask,
  maskLabels,
  maskSecrets,
} from '../../../src-main/analysis/secrets/find-secrets.ts';
import { severityAt } from '../../../src-main/analysis/secrets/sample-places.ts';

/** Put together at run time, so that no scanner of this repository takes the samples for real ones. */
const join = (...parts: string[]) => parts.join('');
const samples: [string, string][] = [
  ['aws-access-key', join('AKIA', 'Q3EGRIZ7WPJ5N2LT')],
  ['aws-secret-key', join('aws_secret_access_key = ', 'q8Zr1uT0vXy3Lk9JhGfDsA2PoIuYtReWq7MnBv5C')],
  ['github-token', join('ghp', '_1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX')],
  ['gitlab-token', join('glpat', '-xK29fLmQ8zRt71VbNw3p')],
  ['npm-token', join('//registry.example.org/:_authToken=npm', '_1aB2cD3eF4gH5iJ6kL7mN8oP9qR0sT1uV2wX')],
  ['slack-token', join('xoxb', '-123456789012-AbCdEfGhIjKlMnOp')],
  ['stripe-key', join('sk_live', '_4eC39HqLyjWDarjtT1zdp7dc')],
  ['docker-registry-auth', join('{"auths":{"x":{"au', 'th":"dXNlcjpoMXIzUTlaIQ=="}}}')],
  ['url-credentials', join('postgres://app:', 'pX9qR2vLw7', '@db.internal/app')],
  ['generic-credential', join('DB_PASS', 'WORD=t9Xq2LmV8rKw')],
];

test.each(samples)('%s is found, and its value is never in what is shown', (ruleId, text) => {
  const found = findSecretsInText(`line one\n${text}\n`);
  expect(found.map((one) => one.ruleId)).toContain(ruleId);
  const match = found.find((one) => one.ruleId === ruleId)!;
  expect(match.line).toBe(2);
  expect(match.masked).not.toContain(match.value);
  expect(maskSecrets(text)).not.toContain(match.value);
});

test('a private key is found by its body, a header alone is not one', () => {
  const body =
    'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj\nMzEfYyjiWA4R4/M2bS1GB4t7NXp98C3S';
  const header = join('-----BEGIN ', 'RSA PRIVATE KEY-----');
  expect(findSecretsInText(`${header}\n${body}\n`).map((one) => one.ruleId)).toEqual(['private-key']);
  expect(findSecretsInText(`if (line.startsWith("${header}"))`)).toEqual([]);
});

test.each([
  'password=changeme',
  'PASSWORD=${DB_PASSWORD}',
  'token: <your-token>',
  'secret_key = example-secret-key',
  'auth-token=auth-token',
  'https://user:password@example.org',
  'api_key=0000000000000000',
  'GPG_KEY=E3FF2839C048B25C084DEBE9B26995E310250568',
  'token = _S_token_subexpr_begin',
  'secret: self._in_arguments',
  'token=/dev/urandom',
  join('AKIA', 'IOSFODNN7EXAMPLE'),
])('%s is no credential', (text) => {
  expect(findSecretsInText(text)).toEqual([]);
});

test('a path is a finding only with content that makes it one', () => {
  expect(findSecretByPath('root/.npmrc', 'registry=https://registry.example.org')).toBeUndefined();
  expect(findSecretByPath('root/.npmrc', '_authToken=abcdefghij')?.ruleId).toBe('npmrc-file');
  expect(findSecretByPath('app/.env', 'DB_PASSWORD=hunter22')?.ruleId).toBe('dotenv-file');
  expect(findSecretByPath('app/.env.example', 'DB_PASSWORD=hunter22')).toBeUndefined();
});

test('the mask tells the length and at most a quarter', () => {
  expect(mask('abcdefghijklmnop')).toBe('abcd…(16 characters)');
  expect(mask('abc')).toBe('…(3 characters)');
});

test('a megabyte in one line ends at once', () => {
  expect(findSecretsInText(`password=${'a1B2'.repeat(300_000)}`)).toEqual([]);
});

const TOKEN = `ghp_${'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fG5'}`;

test('a build step is masked however long its line is', () => {
  for (const before of [5_000, 4_080, 8_170])
    expect(maskSecrets(`RUN ${'x'.repeat(before)} ${TOKEN} && done`)).not.toContain(TOKEN);
});

test.each([
  ['NPM_TOKEN=hunter2hunter2 npm ci', 'hunter2'],
  ['ENV PASSWORD=hunter2', 'hunter2'],
  ['ARG DB_PASSWORD="two words"', 'two words'],
  ["client_secret: 'a b'", 'a b'],
])('what is assigned to such a name is not shown: %s', (text, value) => {
  expect(maskSecrets(text)).not.toContain(value);
});

test.each([
  'export TOKEN=$NPM_TOKEN',
  'RUN --mount=type=secret,id=token make',
  'ENV GPG_KEY=E3FF2839C048B25C',
])('references and public keys are shown: %s', (text) => expect(maskSecrets(text)).toBe(text));

test('a label is masked by what its key says, and keeps its key', () => {
  const labels = { 'db.password': 'hunter2', 'org.title': 'shop', [`x=${TOKEN}`]: 'value' };
  const masked = maskLabels(labels);
  expect(Object.keys(masked)).toEqual(Object.keys(labels));
  expect(masked['org.title']).toBe('shop');
  expect(Object.values(masked).join()).not.toMatch(/hunter2|value/);
});

test('thousands of credentials in one text do not hold us up', () => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const key = (n: number): string =>
    `AKIA${Array.from({ length: 16 }, (_, at) => letters[(n * 31 + at * 7 + (n >> at)) % 32]).join('')}`;
  const found = findSecretsInText(Array.from({ length: 9_000 }, (_, n) => key(n)).join('\n'));
  expect(found.length).toBeGreaterThan(100);
  expect(found.length).toBeLessThan(1_000);
  expect(maskSecrets('token'.repeat(500_000))).toHaveLength(2_500_000);
}, 60_000);

test('a header and a footer without a key between are no key', () => {
  const text = join(
    '-----BEGIN ',
    'RSA PRIVATE KEY-----\n',
    '-----END RSA PRIVATE KEY----- and more words\nhere',
  );
  expect(findSecretsInText(text)).toEqual([]);
});

test.each([
  ['/usr/share/doc/ssl/examples/key.pem', 'private-key', 'low'],
  ['/usr/lib/python3/dist-packages/x/tests/key.pem', 'private-key', 'low'],
  ['/usr/lib/python3/dist-packages/x/config.py', 'generic-credential', 'low'],
  ['/usr/lib/python3/dist-packages/x/config.py', 'aws-access-key', 'high'],
  ['/app/tests/key.pem', 'private-key', 'high'],
  ['/root/.env', 'generic-credential', 'medium'],
])('%s: %s is %s', (path, ruleId, expected) => {
  const severity = ruleId === 'generic-credential' ? 'medium' : 'high';
  expect(severityAt(path, { ruleId, severity, name: '', line: 1, value: '', masked: '' })).toBe(expected);
});

const ORDINARY = [
  ...['apt', 'default', 'init.d', 'pam.d', 'perl', 'profile.d', 'security', 'skel', 'systemd'].map(
    (name) => `/etc/${name}`,
  ),
  ...[
    '/usr/share/perl',
    '/usr/share/perl5',
    '/usr/lib/python3',
    '/usr/share/bash-completion',
    '/usr/share/doc',
  ],
  ...['/var/lib/dpkg/info', '/usr/lib/systemd', '/usr/share/keyrings'],
];

if (!existsSync('/etc/debian_version')) console.warn('SKIPPED: ordinary Debian files, this is no Debian');
test.skipIf(!existsSync('/etc/debian_version'))(
  '20 MB of ordinary Debian files give no finding above low',
  { timeout: 120_000 },
  () => {
    let left = 20_000_000;
    const above: string[] = [];
    const look = (path: string): void => {
      const stats = lstatSync(path);
      if (stats.isDirectory())
        return readdirSync(path)
          .toSorted()
          .forEach((name) => look(joinPath(path, name)));
      if (left <= 0 || !stats.isFile() || stats.size > 512 << 10) return;
      const bytes = readFileSync(path);
      left -= bytes.length;
      if (bytes.subarray(0, 8192).includes(0)) return;
      const text = bytes.toString('utf8');
      const byPath = findSecretByPath(path, text);
      for (const match of [...findSecretsInText(text), ...(byPath ? [byPath] : [])])
        if (severityAt(path, match) !== 'low') above.push(`${path}:${match.line} ${match.ruleId}`);
    };
    ORDINARY.filter((path) => existsSync(path)).forEach(look);
    expect(above).toEqual([]);
  },
);
