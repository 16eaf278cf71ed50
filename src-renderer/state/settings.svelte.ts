import type { Units } from '../lib/bytes.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'dense';

const KEY = 'strata-settings';

/** What this window remembers about how to show things; nothing about the store. */
export class SettingsState {
  theme = $state<Theme>('system');
  units = $state<Units>('iec');
  density = $state<Density>('comfortable');

  constructor(stored: string | null = localStorage.getItem(KEY)) {
    const { theme, units, density } = parse(stored);
    if (theme === 'light' || theme === 'dark') this.theme = theme;
    if (units === 'si') this.units = units;
    if (density === 'dense') this.density = density;
  }

  get rowHeight(): number {
    return this.density === 'dense' ? 24 : 28;
  }

  save(): void {
    localStorage.setItem(
      KEY,
      JSON.stringify({ theme: this.theme, units: this.units, density: this.density }),
    );
  }

  reset(): void {
    this.theme = 'system';
    this.units = 'iec';
    this.density = 'comfortable';
    localStorage.removeItem(KEY);
  }
}

function parse(stored: string | null): Partial<Record<string, unknown>> {
  if (stored === null) return {};
  try {
    return Object(JSON.parse(stored)) as Partial<Record<string, unknown>>;
  } catch {
    return {}; // Someone else's text under our key: the defaults hold.
  }
}
