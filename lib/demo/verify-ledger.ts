import { elementName } from '../bitrix24/crm/parse-element.ts';
import type { Outcome } from '../jobs/outcome.ts';

/** A change that the simulated portal has really made. */
export type AppliedChange = { readonly kind: string; readonly data: { readonly [key: string]: unknown } };

/**
 * Compares the records with the portal's own ledger, one for one: each `unbound` is one binding that was removed, each
 * `bound` one that was added, and nothing else has happened to bindings. Returns the discrepancies, in words.
 */
export function verifyLedger(changes: readonly AppliedChange[], outcomes: readonly Outcome[]): string[] {
  return [
    ...compare('removed', changes, outcomes, { kind: 'binding_removed', status: 'unbound' }),
    ...compare('added', changes, outcomes, { kind: 'binding_added', status: 'bound' }),
    ...changes
      .filter(({ kind }) => kind === 'activity_deleted')
      .map(({ data }) => `The portal deleted activity ${String(data.activityId)}, which nobody asked for.`),
  ];
}

type Pair = { readonly kind: string; readonly status: Outcome['status'] };

function compare(
  verb: string,
  changes: readonly AppliedChange[],
  outcomes: readonly Outcome[],
  { kind, status }: Pair,
): string[] {
  const applied = countsOf(changes.filter((change) => change.kind === kind).map(({ data }) => bindingOf(data)));
  const recorded = countsOf(outcomes.filter((outcome) => outcome.status === status).map(bindingOf));

  return [...new Set([...applied.keys(), ...recorded.keys()])]
    .map((binding) => ({ binding, done: applied.get(binding) ?? 0, said: recorded.get(binding) ?? 0 }))
    .filter(({ done, said }) => done !== said)
    .map(
      ({ binding, done, said }) =>
        `${binding}: the portal ${verb} it ${times(done)}, the records say ${status} ${times(said)}.`,
    );
}

function bindingOf(fields: { readonly [key: string]: unknown }): string {
  const element = { entityTypeId: Number(fields.entityTypeId), entityId: Number(fields.entityId) };
  return `activity ${String(fields.activityId)} and ${elementName(element)}`;
}

function countsOf(bindings: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const binding of bindings) counts.set(binding, (counts.get(binding) ?? 0) + 1);
  return counts;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
