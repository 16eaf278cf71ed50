import manifest from '../../package.json' with { type: 'json' };

export const STRATA_VERSION: string = manifest.version;
