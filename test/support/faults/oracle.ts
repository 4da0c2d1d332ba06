import type { Outcome } from '../../../lib/jobs/outcome.ts';
import type { SimulatedPortal } from '../../../lib/simulator/simulated-portal.ts';
import type { VirtualStage } from '../virtual/virtual-stage.ts';
import { bindingKey, commandKey, countOf, endOf, jobIdOf } from './audit-keys.ts';
import { checkAnswers } from './check-answers.ts';
import { doubtsOf } from './doubts.ts';
import type { Played } from './play-triggers.ts';
import type { PlannedCommand } from './trigger-plan.ts';

/** What an audit found. The texts name portal, activity and element. */
export type Audit = {
  readonly commands: number;
  /** Commands of accepted triggers that have no record, or one that is impossible. */
  readonly lost: string[];
  /** Records that the portal's ledger does not confirm. */
  readonly contradictions: string[];
  /**
   * `unbound` although the ledger shows somebody else's removal, or none: an attempt got no answer and the binding is gone.
   * D§3 defines this as `unbound`; without such an attempt it is a contradiction.
   */
  readonly presumed: string[];
  /** Ids that were recorded with two different outcomes. */
  readonly rerecorded: string[];
  /** Robots that were not answered, or not truthfully. */
  readonly answers: string[];
  /** Deletes that reached a binding after an earlier delete of the same command had removed it. */
  readonly secondDeletes: string[];
  readonly failed: number;
};

/** Everything that must be empty, shortened for a reader. */
export const wrongIn = ({ lost, contradictions, rerecorded, answers }: Audit): readonly string[] => [
  ...firstOf('lost', lost),
  ...firstOf('contradiction', contradictions),
  ...firstOf('recorded with two ends', rerecorded),
  ...firstOf('untrue answer', answers),
];

const SHOWN = 5;
const firstOf = (what: string, texts: readonly string[]): string[] => [
  ...texts.slice(0, SHOWN).map((text) => `${what}: ${text}`),
  ...(texts.length > SHOWN ? [`${what}: ${texts.length - SHOWN} more`] : []),
];

const DELETE = 'crm.activity.binding.delete';

/** Compares the records with the portals' own ledgers. */
export async function audit(stage: VirtualStage, played: readonly Played[]): Promise<Audit> {
  const found: Audit = {
    commands: played.reduce((sum, { planned }) => sum + planned.commands.length, 0),
    lost: [],
    contradictions: [],
    presumed: [],
    rerecorded: rerecordedIn(stage.recorded),
    answers: [],
    secondDeletes: [],
    failed: stage.recorded.filter(({ status }) => status === 'failed').length,
  };
  for (const portal of stage.portals) {
    const records = await stage.outcomesOf(portal);
    const own = played.filter(({ trigger }) => trigger.portal === portal);
    const evidence = { records, isDoubtful: doubtsOf(stage, portal) };
    checkCommands(found, portal, own, evidence);
    checkLedger(found, portal, evidence);
    checkState(found, portal, records);
    checkDeletes(found, portal, own);
    found.answers.push(...checkAnswers(portal, own, records));
  }
  return found;
}

type Evidence = { readonly records: readonly Outcome[]; readonly isDoubtful: (record: Outcome) => boolean };

function rerecordedIn(recorded: readonly Outcome[]): string[] {
  const ends = Map.groupBy(recorded, ({ portal, id }) => `${portal} ${id}`);
  return [...ends]
    .map(([id, outcomes]) => [id, new Set(outcomes.map(endOf))] as const)
    .filter(([, different]) => different.size > 1)
    .map(([id, different]) => `${id}: ${[...different].join(', ')}`);
}

/** The records of one trigger; an event's job has an id of its own for every run. */
function recordsOf({ trigger, planned }: Played, command: PlannedCommand, records: readonly Outcome[]): Outcome[] {
  const key = commandKey(command);
  return records.filter((record) => {
    if (bindingKey(record) !== key) return false;
    return trigger.eventToken === null
      ? record.trigger === planned.kind
      : record.id.startsWith(`${jobIdOf(trigger.eventToken)}/`);
  });
}

/** Every command of an accepted trigger has exactly one record, with a possible outcome. */
function checkCommands(
  found: Audit,
  { memberId }: SimulatedPortal,
  own: readonly Played[],
  { records, isDoubtful }: Evidence,
): void {
  const byActivity = Map.groupBy(records, ({ activityId }) => activityId);
  for (const one of own) {
    for (const command of one.planned.commands) {
      const own = recordsOf(one, command, byActivity.get(command.activityId) ?? []);
      const ends = own.map(endOf);
      const possible = ['failed', ...command.mayEnd, ...(own.some(isDoubtful) ? ['unbound'] : [])];
      if (ends.length === 1 && ends.every((end) => possible.includes(end))) continue;
      // A trigger that was never accepted may still have been stored: its answer was lost.
      if (!one.accepted && ends.length === 0) continue;
      found.lost.push(
        `${memberId} ${one.planned.kind} ${commandKey(command)}: [${ends.join(', ')}] for ${command.mayEnd.join(' or ')}`,
      );
    }
  }
}

/** `unbound` if and only if our own removal is in the ledger. */
function checkLedger(found: Audit, { memberId, ledger }: SimulatedPortal, { records, isDoubtful }: Evidence): void {
  const removals = ledger.changes.filter(({ kind }) => kind === 'binding_removed');
  const removed = countOf(removals.map(({ data }) => bindingKey(data)));
  const recorded = records.filter(({ status }) => status === 'unbound');
  const unbound = countOf(recorded.map(bindingKey));
  const presumed = new Set(recorded.filter(isDoubtful).map(bindingKey));
  for (const key of new Set([...removed.keys(), ...unbound.keys()])) {
    const [is, said] = [removed.get(key) ?? 0, unbound.get(key) ?? 0];
    if (is === said) continue;
    const text = `${memberId} ${key}: ${said} recorded as unbound, ${is} in the ledger`;
    (said > is && presumed.has(key) ? found.presumed : found.contradictions).push(text);
  }
}

/** In the end every binding is as its record says. */
function checkState(found: Audit, portal: SimulatedPortal, records: readonly Outcome[]): void {
  const { activities, bindings } = portal.crm();
  for (const record of records) {
    const { activityId, status, code } = record;
    const bound = bindings.rows(activityId).some((row) => bindingKey({ ...row, activityId }) === bindingKey(record));
    const gone = ['unbound', 'already_unbound'].includes(status);
    const last = code === 'LAST_BINDING_CANNOT_BE_DELETED' && bindings.rows(activityId).length === 1;
    const missing = code === 'NOT_FOUND' && !activities.has(activityId);
    if (status === 'failed' || (gone ? !bound : missing || (last && bound))) continue;
    found.contradictions.push(`${portal.memberId} ${bindingKey(record)}: ${endOf(record)}, but bound: ${bound}`);
  }
}

function checkDeletes(found: Audit, { memberId, ledger }: SimulatedPortal, own: readonly Played[]): void {
  const reached = ledger.requests
    .flatMap(({ commands }) => commands)
    .filter(
      ({ method, executed, error }) =>
        method === DELETE && executed && (error ?? 'BINDING_NOT_FOUND') === 'BINDING_NOT_FOUND',
    );
  const removed = new Set(reached.filter(({ error }) => error === null).map(({ params }) => bindingKey(params)));
  const asked = countOf(own.flatMap(({ planned }) => planned.commands.map(commandKey)));
  for (const [key, sent] of countOf(reached.map(({ params }) => bindingKey(params)))) {
    const beyond = removed.has(key) ? sent - (asked.get(key) ?? 0) : 0;
    for (let extra = 0; extra < beyond; extra += 1) found.secondDeletes.push(`${memberId} ${key}`);
  }
}
