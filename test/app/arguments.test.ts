import { describe, expect, it } from 'vitest';
import { readArguments } from '../../src-main/app/arguments.ts';

describe("the app's command line", () => {
  it('means the docker CLI’s own engine, and the demo while there is none, when it says nothing', () => {
    expect(readArguments(['/opt/strata'])).toEqual({
      stateDir: null,
      source: { kind: 'engine', demoIfNone: true },
    });
  });

  it('passes over what is meant for Chromium', () => {
    expect(readArguments(['/opt/strata', '--ozone-platform=wayland', '--demo']).source).toEqual({
      kind: 'demo',
    });
  });

  it('names an engine, its files and where Strata keeps its own', () => {
    const args = ['--host=tcp://10.0.0.1:2376', '--data-root', '/srv/docker', '--state-dir', '/srv/strata'];
    expect(readArguments(args)).toEqual({
      stateDir: '/srv/strata',
      source: { kind: 'engine', demoIfNone: true, host: 'tcp://10.0.0.1:2376', dataRoot: '/srv/docker' },
    });
  });

  it('opens a saved scan', () => {
    expect(readArguments(['--from', 'host.strata']).source).toEqual({ kind: 'file', path: 'host.strata' });
  });

  it('opens an image archive', () => {
    expect(readArguments(['/opt/strata', '--archive=image.tar', '--state-dir', '/srv']).source).toEqual({
      kind: 'archive',
      path: 'image.tar',
    });
  });

  it('refuses an option without its value', () => {
    expect(() => readArguments(['--from'])).toThrow('--from needs a value');
  });
});
