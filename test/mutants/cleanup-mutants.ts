import type { Mutant } from './mutant.ts';

/** Faults of the rules and their runs. */
export const CLEANUP_MUTANTS: readonly Mutant[] = [
  {
    name: 'take every event for an echo while one is expected',
    file: 'lib/aws/dynamo-own-echoes.ts',
    from: 'times.length >= eventsOf(id)',
    to: 'times.length > 0',
    tests: ['test/unit/cleanup/own-echoes'],
  },
  {
    name: 'believe in an echo without a look',
    file: 'lib/cleanup/plan-activity-changed.ts',
    from: '&& updatedAt <= ownChangeAt + CLOCKS_MS',
    to: '',
    tests: ['test/integration/cleanup/sources'],
  },
  {
    name: 'expect no echo',
    file: 'lib/cleanup/marking-outcomes.ts',
    from: 'await echoes.expect(portal, activitiesIn(unbound), latest);',
    to: '',
    tests: ['test/integration/cleanup/sources'],
  },
  {
    name: 'follow a plan that another job has outdated',
    file: 'lib/unbind/fill-from-lane.ts',
    from: 'if (isOutdated(plan, portions)) continue;',
    to: '',
    tests: ['test/integration/cleanup/sources'],
  },
  {
    name: 'keep outdated plans in the backlog',
    file: 'lib/unbind/compose-turn.ts',
    from: 'backlog.splice(0, backlog.length, ...current);',
    to: '',
    tests: ['test/integration/engine/outdated-plans'],
  },
  {
    name: 'count on a quote that was deleted',
    file: 'lib/cleanup/decide-activity.ts',
    from: "return state === 'absent' ? null : state === 'present';",
    to: 'return true;',
    tests: ['test/unit/cleanup/decide-activity', 'test/integration/cleanup/sources'],
  },
  {
    name: 'count on a binding that a later rule takes',
    file: 'lib/cleanup/decide-activity.ts',
    from: 'if (wrong < 0) return gone;',
    to: 'return gone;',
    tests: ['test/unit/cleanup/decide-activity'],
  },
  {
    name: 'take our own change for a reason to try again',
    file: 'lib/cleanup/decide-activity.ts',
    from: 'Math.max(refusedAt, marks.ownChangeAt ?? 0)',
    to: 'refusedAt',
    tests: ['test/unit/cleanup/decide-activity'],
  },
  {
    name: 'end as complete although something could not be read',
    file: 'lib/cleanup/end-sweep.ts',
    from: "(refusal === null ? 'through' : 'unreadable')",
    to: "'through'",
    tests: ['test/integration/cleanup-cli/unreadable'],
  },
  {
    name: 'wake a portal that rests as a whole for any work',
    file: 'lib/aws/dynamo-portals.ts',
    from: 'item.restsWhole === true ? null : hiddenBellOf(item)',
    to: 'hiddenBellOf(item)',
    tests: ['test/unit/aws/dynamo-portals-bells', 'test/integration/engine/bells-hidden'],
  },
  {
    name: 'honour a removal that an installation has overtaken',
    file: 'lib/unbind/uninstalled.ts',
    from: 'return builtAt < announcedAt && announcedAt - builtAt <= LATEST_MS;',
    to: 'return false;',
    tests: ['test/integration/door/late-uninstall'],
  },
];
