import type { Outcome } from '../jobs/outcome.ts';
import type { OutcomeStore } from '../jobs/outcome-store.ts';
import type { OwnChanges } from './events/own-changes.ts';
import type { ExemptionStore } from './rules/exemption-store.ts';
import type { RulesOf } from './rules/portal-rules.ts';
import type { SkipCode } from './runs/skip-code.ts';

export type RuleAwareOutcomeDeps = {
  readonly exemptions: ExemptionStore;
  readonly ownChanges: OwnChanges;
  readonly rulesOf: RulesOf;
};

/**
 * An outcome store that also notes what outcomes mean for rules (D§6): a pair that Bitrix24 refused to a rule rests, and our
 * own unbinding comes back as an event. The notes come first, so that a crash in between repeats both.
 */
export const ruleAwareOutcomeStore = (outcomes: OutcomeStore, deps: RuleAwareOutcomeDeps): OutcomeStore => ({
  async record(ended) {
    for (const [portal, own] of Map.groupBy(ended, (outcome) => outcome.portal)) await noteForRules(portal, own, deps);
    await outcomes.record(ended);
  },
  known: (portal, ids) => outcomes.known(portal, ids),
  ofJob: (portal, jobId) => outcomes.ofJob(portal, jobId),
  pageOfJob: (portal, jobId, after, limit) => outcomes.pageOfJob(portal, jobId, after, limit),
  list: (filter) => outcomes.list(filter),
});

async function noteForRules(
  portal: string,
  ended: readonly Outcome[],
  { exemptions, ownChanges, rulesOf }: RuleAwareOutcomeDeps,
): Promise<void> {
  const latest = Math.max(...ended.map(({ at }) => Date.parse(at)));
  const changed = ended.filter((outcome) => isBoundOrUnbound(outcome) && isAnswered(outcome));
  const unbound = changed.filter(({ status }) => status === 'unbound');
  const refused = ended.filter(({ status, trigger }) => status === 'refused' && isOfRule(trigger));
  const notBound = ended.filter(
    (outcome) =>
      isBinding(outcome) && ['refused', 'skipped'].includes(outcome.status) && outcome.code !== NOTHING_TO_BIND,
  );
  if (changed.length > 0) await exemptions.noteOwnChange(portal, activitiesIn(changed), latest);
  if (refused.length > 0) await exemptions.noteRefused(portal, refused.map(pairOf), latest);
  // An undo exempts what it is about to bind (D§6). What it could not bind needs no exemption.
  if (notBound.length > 0) await exemptions.release(portal, notBound.map(pairOf));
  // Without rules nothing reads such events. Bindings are not expected: a new binding can make a rule match.
  if (unbound.length > 0 && (await rulesOf(portal)).length > 0) {
    const from = Math.min(...unbound.map(({ at, durationMs }) => Date.parse(at) - durationMs));
    await ownChanges.expect(portal, activitiesIn(unbound), { from, to: latest });
  }
}

const isBoundOrUnbound = ({ status }: Outcome): boolean => status === 'unbound' || status === 'bound';

/**
 * The one call that was made was answered just now. If several attempts were made, the change may be older, and its event may
 * have come already: then none is expected.
 */
const isAnswered = ({ attempts }: Outcome): boolean => attempts === 1;

/** Skipped because it had not been unbound: no exemption was made for that. */
const NOTHING_TO_BIND: SkipCode = 'NOT_UNBOUND';

const activitiesIn = (outcomes: readonly Outcome[]): number[] => [
  ...new Set(outcomes.map(({ activityId }) => activityId)),
];

/** Only rules give up after a refusal: a robot or a person may try again. */
const isOfRule = (trigger: Outcome['trigger']): boolean => trigger === 'event' || trigger === 'cleanup';

/** The id of a command tells its action. */
const isBinding = ({ id }: Outcome): boolean => id.includes('/bind/');

const pairOf = ({ activityId, entityTypeId, entityId }: Outcome) => ({
  activityId,
  element: { entityTypeId, entityId },
});
