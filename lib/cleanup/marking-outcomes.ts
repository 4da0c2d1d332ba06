import type { Outcome } from '../unbind/outcome.ts';
import type { OutcomeStore } from '../unbind/outcome-store.ts';
import type { PairMarks } from './pair-marks.ts';

/**
 * Records outcomes, and notes what they mean for rules (D§6): what Bitrix24 refused to a rule rests. Notes come first: a
 * crash in between repeats both.
 */
export const markingOutcomes = (outcomes: OutcomeStore, marks: PairMarks): OutcomeStore => ({
  async record(ended) {
    for (const [portal, own] of Map.groupBy(ended, (outcome) => outcome.portal)) await note(portal, own, marks);
    await outcomes.record(ended);
  },
  known: (portal, ids) => outcomes.known(portal, ids),
  ofJob: (portal, jobId) => outcomes.ofJob(portal, jobId),
  pageOfJob: (portal, jobId, after, limit) => outcomes.pageOfJob(portal, jobId, after, limit),
  list: (filter) => outcomes.list(filter),
});

async function note(portal: string, ended: readonly Outcome[], marks: PairMarks): Promise<void> {
  const latest = Math.max(...ended.map(({ at }) => Date.parse(at)));
  const changed = ended.filter(({ status }) => status === 'unbound' || status === 'bound');
  const refused = ended.filter(({ status, trigger }) => status === 'refused' && ofRule(trigger));
  if (changed.length > 0) {
    await marks.noteOwnChange(portal, [...new Set(changed.map(({ activityId }) => activityId))], latest);
  }
  if (refused.length > 0) await marks.noteRefused(portal, refused.map(pairOf), latest);
}

/** Robots and people know what they want; only rules must not insist. */
const ofRule = (trigger: Outcome['trigger']): boolean => trigger === 'event' || trigger === 'cleanup';

const pairOf = ({ activityId, entityTypeId, entityId }: Outcome) => ({
  activityId,
  element: { entityTypeId, entityId },
});
