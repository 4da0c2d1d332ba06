/** How a portal's scheduled sweeps are done. */
export type CleanupSettings = {
  /** `plan`: nothing is removed before a person applies the plan. */
  readonly mode: 'apply' | 'plan';
  /** A sweep whose time is up leaves the rest to the next one. */
  readonly minutes: number;
};

export const DEFAULT_SETTINGS: CleanupSettings = { mode: 'apply', minutes: 360 };
