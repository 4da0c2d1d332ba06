import type { PortalState } from '../../portal/portal-store.ts';
import { portalAdvice } from '../shared/advice.ts';
import type { Out } from '../terminal/output.ts';

/** What a portal suffers from although it is served: since when (ISO 8601), and why. `method`: that method alone. */
export type TroubleEntry = { readonly method: string | null; readonly code: string; readonly since: string };

export function troubleEntries({ trouble, stoppedMethods = {} }: PortalState): TroubleEntry[] {
  const methods = Object.entries(stoppedMethods).map(([method, { code, since }]) => ({ method, code, since }));
  const whole = trouble === undefined ? [] : [{ method: null, code: trouble.code, since: trouble.since }];
  return [...whole, ...methods].map(({ since, ...entry }) => ({ ...entry, since: new Date(since).toISOString() }));
}

/** `in trouble since 2026-11-24T06:00:00.000Z: NO_ANSWER` */
export const troubleText = ({ method, code, since }: TroubleEntry): string =>
  method === null ? `in trouble since ${since}: ${code}` : `${method} is stopped since ${since}: ${code}`;

export const troubleLine = (portal: string, entry: TroubleEntry, out: Pick<Out, 'command'>): string =>
  `${portal}: ${troubleText(entry)}; ${portalAdvice(entry.code, portal, out)}`;
