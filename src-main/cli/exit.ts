/** Exit codes of the terminal contract. */
export const EXIT = { done: 0, failed: 1, usage: 2, exceeded: 3, stale: 4 } as const;
