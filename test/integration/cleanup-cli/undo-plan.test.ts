import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startApply } from '../../../lib/cleanup/start-run.ts';
import { impatient, person } from '../../support/cli/fake-terminals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
beforeEach(() => stage.releaseAll());
afterAll(() => stage.close());

/** Several requests' worth of removals. */
const COUNT = 150;

const removals = () => stage.changes('binding_removed').length;
const additions = () => stage.changes('binding_added').length;
const slowly = () => stage.portal.script({ method: 'batch', times: 6, kind: { delayMs: 40 } });

async function stoppedIn(argv: readonly string[], hasBegun: () => boolean) {
  const { terminal, pressed } = impatient(1, hasBegun);
  slowly();
  const [ran] = await Promise.all([stage.json(argv, { terminal }), pressed()]);
  return ran;
}

/** A plan that was applied in two runs, as the first one was stopped. */
async function appliedInTwoRuns(): Promise<string> {
  stage.manyLostDeals(COUNT);
  const plan = await stage.plan();
  const apply = ['cleanup', 'apply', '--plan', plan, '--yes'];
  await stoppedIn(apply, () => removals() > 0);
  await stage.json(apply);
  return plan;
}

describe('undo --plan', () => {
  it('rebinds what all its runs have unbound, after one question with the total, and then says that nothing is left', async () => {
    const plan = await appliedInTwoRuns();
    const { questions, terminal } = person('y');

    const unasked = await stage.json(['undo', '--plan', plan]);
    const undone = await stage.json(['undo', '--plan', plan], { terminal });
    const again = await stage.json(['undo', '--plan', plan], { terminal });

    const { applied } = (await stage.deps.plans.read(stage.member, plan)) ?? { applied: [] };
    const run = `undo:${plan}:1`;
    expect(applied).toHaveLength(2);
    expect(unasked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('pass --yes') });
    expect(questions).toEqual([expect.stringContaining(`unbound in portal ${stage.member}: ${COUNT} bindings.`)]);
    expect(undone).toMatchObject({ code: 0, records: [{ run, plan, ended: 'completed', done: COUNT, total: COUNT }] });
    expect(undone.records[0]).toMatchObject({ counts: { bound: COUNT } });
    expect(undone.stderr).toContain(`rules release --portal ${stage.member} --run ${run}`);
    expect(additions()).toBe(COUNT);
    expect(again).toMatchObject({
      code: 0,
      records: [{ plan, status: 'done', undos: [run], counts: { bound: COUNT } }],
    });
  });

  it('says after Ctrl-C how to resume, and then does only what is missing', async () => {
    const plan = await appliedInTwoRuns();

    const stopped = await stoppedIn(['undo', '--plan', plan, '--yes'], () => additions() > 0);
    const done = additions();
    const resumed = await stage.json(['undo', '--plan', plan, '--yes']);
    const again = await stage.json(['undo', '--plan', plan]);

    expect(stopped).toMatchObject({ code: 1, records: [{ ended: 'stopped', counts: { bound: done }, total: COUNT }] });
    expect(stopped.stderr).toContain(`To resume: npm run --silent cli -- undo --portal ${stage.member} --plan ${plan}`);
    expect(done).toBeLessThan(COUNT);
    expect(resumed).toMatchObject({ code: 0, records: [{ run: `undo:${plan}:2`, total: COUNT - done }] });
    expect(resumed.records[0]?.counts).toEqual({ bound: COUNT - done });
    expect(additions()).toBe(COUNT);
    expect(again.records[0]).toMatchObject({ undos: [`undo:${plan}:1`, `undo:${plan}:2`], counts: { bound: COUNT } });
  });

  it('rebinds what a later run has unbound, but not what was rebound before', async () => {
    stage.manyLostDeals(COUNT);
    const plan = await stage.plan();
    await stoppedIn(['cleanup', 'apply', '--plan', plan, '--yes'], () => removals() > 0);
    const first = removals();
    await stage.json(['undo', '--run', `apply:${plan}:1`, '--yes']);

    const nothing = await stage.json(['undo', '--plan', plan]);
    await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
    const { code, records } = await stage.json(['undo', '--plan', plan, '--yes']);

    expect(nothing).toMatchObject({ code: 0, records: [{ status: 'done', counts: { bound: first } }] });
    expect({ code, records }).toMatchObject({ code: 0, records: [{ counts: { bound: COUNT - first } }] });
    expect(additions()).toBe(COUNT);
  });

  it('ends with 1 each time as long as something cannot be rebound, and says why', async () => {
    stage.lostDeals();
    const plan = await stage.plan();
    await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
    await stage.portal.act({ do: 'deleteElement', element: 'deal:1' });

    const first = await stage.json(['undo', '--plan', plan, '--yes']);
    const second = await stage.json(['undo', '--plan', plan]);

    const gone = { status: 'skipped', code: 'ELEMENT_GONE', count: 2 };
    expect(first).toMatchObject({
      code: 1,
      records: [{ ended: 'completed', counts: { bound: 18, skipped: 2 } }, gone],
    });
    expect(second).toMatchObject({ code: 1, records: [{ status: 'done', counts: { bound: 18, skipped: 2 } }, gone] });
    expect(second.stderr).toContain(`undo --portal ${stage.member} --run apply:${plan}:1`);
    expect(additions()).toBe(18);
  });

  it('follows an undo that already works', async () => {
    const plan = await appliedInTwoRuns();
    slowly();

    const accepted = await stage.json(['undo', '--plan', plan, '--yes', '--wait', '0s']);
    const followed = await stage.json(['undo', '--plan', plan]);

    expect(accepted).toMatchObject({ code: 75, records: [{ run: `undo:${plan}:1` }] });
    expect(followed).toMatchObject({ code: 0, records: [{ run: `undo:${plan}:1`, counts: { bound: COUNT } }] });
  });

  it('does not wait for a run that still applies the plan', async () => {
    stage.lostDeals();
    const plan = await stage.plan();
    const silent = { ...stage.deps.wakeDeps, portals: { markWakePending: async () => null } };
    await startApply(stage.member, plan, { ...stage.deps, wakeDeps: silent });

    const { code, stderr } = await stage.json(['undo', '--plan', plan, '--yes']);
    await stage.stack.fire({ task: 'ring' });
    await stage.settled();

    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining(`cleanup stop --portal ${stage.member} --run apply:${plan}:1`),
    });
  });

  it('ends with 1 for a plan that was not applied or does not exist', async () => {
    stage.lostDeals();

    const unapplied = await stage.json(['undo', '--plan', await stage.plan()]);
    const unknown = await stage.json(['undo', '--plan', 'nonsense']);

    expect(unapplied).toMatchObject({ code: 1, stderr: expect.stringContaining('nothing to undo') });
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining('Plan nonsense of') });
  });
});
