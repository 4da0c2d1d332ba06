import { expect, it } from '@jest/globals';
import { readRules } from '../../../../lib/cleanup/rules/read-rules.ts';
import { StageDirectories } from '../../../../lib/cleanup/rules/stage-directory.ts';
import { initialState } from '../../../../lib/cleanup/sweep/sweep-state.ts';
import { type SweepDeps, Sweeper } from '../../../../lib/cleanup/sweep/sweeper.ts';

const clock = { now: () => 0, sleep: () => Promise.resolve() };

/** A portal without activities, and where it is noted which ones a run has evaluated. */
function emptyPortal(): { readonly deps: SweepDeps; readonly noted: unknown[] } {
  const reading = readRules(JSON.stringify([{ name: 'r', element: 'quote', when: { missing: true } }]));
  if (reading.kind !== 'rules') throw new Error('the rule of this test is wrong');
  const noted: unknown[] = [];
  return {
    noted,
    deps: {
      portal: 'acme',
      rules: reading.rules,
      ask: async () => ({ ok: true, result: [] }),
      stages: new StageDirectories(clock),
      exemptions: { of: async () => new Map() } as unknown as SweepDeps['exemptions'],
      runs: {
        seen: async () => new Set<number>(),
        addSeen: async (portal, run, ids) => void noted.push([portal, run, ids]),
      },
      clock,
    },
  };
}

it('activities are noted as evaluated once, and then leave the state', async () => {
  const { deps, noted } = emptyPortal();

  const { state } = await new Sweeper().sweep({ ...initialState(1, 'run'), evaluated: [7, 8] }, deps);

  expect(noted).toEqual([['acme', 'run', [7, 8]]]);
  expect(state.evaluated).toEqual([]);
});
