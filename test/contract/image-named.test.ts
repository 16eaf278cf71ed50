import { expect, test } from 'vitest';
import { imageNamed } from '../../src-main/contract/image-named.ts';

const digest = `host:5000/app@sha256:${'d'.repeat(64)}`;
const app = { id: `sha256:${'ab'.repeat(32)}`, tags: ['host:5000/app:latest', 'app:1'], digests: [digest] };
const web = { id: `sha256:${'abcd'.repeat(16)}`, tags: ['web:latest'], digests: [] };
const named = (name: string) => imageNamed([app, web], name);

test('an image goes by tag, digest, id, or a beginning of the id that only it has', () => {
  for (const name of [
    'app:1',
    'host:5000/app',
    'host:5000/app:latest',
    digest,
    app.id,
    'abab',
    'sha256:abab',
  ])
    expect(named(name)).toBe(app);
  expect(named('web')).toBe(web);
});

test('what names none or several says so', () => {
  expect(named('app')).toBe('There is no image app: see: strata images');
  expect(named('abcd'.slice(0, 2))).toMatch(/see: strata images/);
  const twin = { ...web, id: `sha256:abcd${'0'.repeat(60)}` };
  expect(imageNamed([web, twin], 'abcd')).toBe("There is no image abcd: 2 images' ids begin so");
});
