import { describe, expect, it } from 'vitest';
import { answerFrom, registerScheme, servePage } from '../../src-main/app/protocol.ts';
import { CONTENT_SECURITY_POLICY } from '../../src-main/transports/security-headers.ts';
import { seen } from '../support/electron-double.ts';

const page = { type: 'text/html; charset=utf-8', body: Buffer.from('<!doctype html>') };
const files = new Map([
  ['/', page],
  ['/index.html', page],
]);
const get = (url: string, method = 'GET'): Response => answerFrom(files, { url, method });

describe('app://strata', () => {
  it('is a secure scheme of its own, without the rights of file:', () => {
    registerScheme();
    expect(seen.schemes).toEqual([
      { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
    ]);
  });

  it('answers with the page, its type and the same policy as the local server', async () => {
    const answer = get('app://strata/');
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await answer.text()).toBe('<!doctype html>');
  });

  it('allows scripts and styles from our own files only', () => {
    expect(CONTENT_SECURITY_POLICY).toContain("default-src 'none'");
    expect(CONTENT_SECURITY_POLICY).toContain("script-src 'self';");
    expect(CONTENT_SECURITY_POLICY).toContain("style-src 'self';");
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe|https?:|\*/);
  });

  it.each([
    'app://strata/../../etc/passwd',
    'app://strata/%2e%2e/%2e%2e/etc/passwd',
    'app://strata/..%2fetc%2fpasswd',
    'app://strata//etc/passwd',
    'app://strata/etc/passwd',
    'app://other/index.html',
    'app://strata/__proto__',
  ])('knows no file at %s', (url) => {
    const answer = get(url);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-security-policy')).toBe(CONTENT_SECURITY_POLICY);
  });

  it('is for reading', () => {
    expect(get('app://strata/', 'POST').status).toBe(404);
  });

  it('is served by the handler that is registered', () => {
    servePage(files);
    const handler = seen.protocolHandlers.get('app') as unknown as (request: Request) => Response;
    expect(handler({ url: 'app://strata/index.html', method: 'GET' } as Request).status).toBe(200);
  });
});
