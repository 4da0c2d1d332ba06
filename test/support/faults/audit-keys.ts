import { createHash } from 'node:crypto';
import type { Outcome } from '../../../lib/jobs/outcome.ts';
import type { PlannedCommand } from './trigger-plan.ts';

const TYPES: { readonly [name: string]: number } = { lead: 1, deal: 2, contact: 3, company: 4 };

/** One binding, as text: of a record, of a change in a ledger, or of a call's parameters. */
export const bindingKey = ({ activityId, entityTypeId, entityId }: { readonly [name: string]: unknown }): string =>
  `${String(activityId)} ${String(entityTypeId)}:${String(entityId)}`;

export function commandKey({ activityId, element }: PlannedCommand): string {
  const [type = '', entityId] = element.split(':');
  return bindingKey({ activityId, entityTypeId: TYPES[type], entityId });
}

/** How a command ended: the status, and of a refusal the code. */
export const endOf = ({ status, code }: Outcome): string => (status === 'refused' ? `${status} ${code}` : status);

/** The id of the job that a robot's call becomes. */
export const jobIdOf = (eventToken: string): string =>
  `robot:${createHash('sha256').update(eventToken).digest('base64url')}`;

export function countOf(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
