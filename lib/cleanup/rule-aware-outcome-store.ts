import type { Outcome } from '../jobs/outcome.ts';
import type { OutcomeStore } from '../jobs/outcome-store.ts';
import type { OwnChange, OwnChanges } from './events/own-changes.ts';
import type { ExemptionStore } from './rules/exemption-store.ts';
import type { SkipCode } from './runs/skip-code.ts';

export type RuleAwareOutcomeDeps = {
  readonly exemptions: ExemptionStore;
  readonly ownChanges: Pick<OwnChanges, 'note'>;
};

/**
 * An outcome store that also notes what outcomes mean for later work: which of our commands changed a binding last (D§3), that
 * our own unbinding comes back as an event, and that a pair which Bitrix24 refused to a rule rests (D§6). The notes come
 * first, so that a crash in between repeats both.
 */
export const ruleAwareOutcomeStore = (outcomes: OutcomeStore, deps: RuleAwareOutcomeDeps): OutcomeStore => ({
  async record(ended) {
    for (const [portal, own] of Map.groupBy(ended, (outcome) => outcome.portal)) await note(portal, own, deps);
    await outcomes.record(ended);
  },
  known: (portal, ids) => outcomes.known(portal, ids),
  ofJob: (portal, jobId) => outcomes.ofJob(portal, jobId),
  pageOfJob: (portal, jobId, after, limit) => outcomes.pageOfJob(portal, jobId, after, limit),
  list: (filter) => outcomes.list(filter),
});

async function note(
  portal: string,
  ended: readonly Outcome[],
  { exemptions, ownChanges }: RuleAwareOutcomeDeps,
): Promise<void> {
  const latest = Math.max(...ended.map(({ at }) => Date.parse(at)));
  const changed = changesIn(ended, latest);
  const refused = ended.filter(({ status, trigger }) => status === 'refused' && isOfRule(trigger));
  const notBound = ended.filter(
    (outcome) =>
      isBinding(outcome) && ['refused', 'skipped'].includes(outcome.status) && outcome.code !== NOTHING_TO_BIND,
  );
  if (changed.length > 0) await ownChanges.note(portal, changed);
  if (refused.length > 0) await exemptions.noteRefused(portal, refused.map(pairOf), latest);
  // An undo exempts what it is about to bind (D§6). What it could not bind needs no exemption.
  if (notBound.length > 0) await exemptions.release(portal, notBound.map(pairOf));
}

/** All were made by one request, which was answered at `to` (ms): it began when the earliest of them was sent. */
function changesIn(ended: readonly Outcome[], to: number): OwnChange[] {
  const answered = ended.filter((outcome) => isChange(outcome) && isAnswered(outcome));
  const from = Math.min(...answered.map(({ at, durationMs }) => Date.parse(at) - durationMs));
  return ended.filter(isChange).map((outcome) => ({
    ...pairOf(outcome),
    command: outcome.id,
    status: outcome.status,
    at: Date.parse(outcome.at),
    during: isAnswered(outcome) ? { from, to } : null,
  }));
}

type Change = Outcome & { readonly status: 'unbound' | 'bound' };

const isChange = (outcome: Outcome): outcome is Change => outcome.status === 'unbound' || outcome.status === 'bound';

/**
 * The one call that was made was answered just now. If several attempts were made, the change may be older, and its event may
 * have come already: then none is expected.
 */
const isAnswered = ({ attempts }: Outcome): boolean => attempts === 1;

/** Skipped because it had not been unbound: no exemption was made for that. */
const NOTHING_TO_BIND: SkipCode = 'NOT_UNBOUND';

/** Only rules give up after a refusal: a robot or a person may try again. */
const isOfRule = (trigger: Outcome['trigger']): boolean => trigger === 'event' || trigger === 'cleanup';

/** The id of a command tells its action. */
const isBinding = ({ id }: Outcome): boolean => id.includes('/bind/');

const pairOf = ({ activityId, entityTypeId, entityId }: Outcome) => ({
  activityId,
  element: { entityTypeId, entityId },
});
