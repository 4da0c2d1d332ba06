import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
beforeEach(async () => {
  await stage.setRules([LOST_DEALS]);
  stage.lostDeals();
});
afterAll(() => stage.close());

/** Its job was given up when the plan held something already. */
async function givenUp(plan: string): Promise<string> {
  const { clock } = stage.deps;
  const { jobs, plans } = stage.stack.stores;
  const run = `plan:${plan}`;
  await jobs.add(planJob(run, plan), clock.now());
  await plans.write(stage.member, {
    id: plan,
    run,
    state: 'planning',
    ended: null,
    code: null,
    createdAt: clock.now(),
    rules: JSON.stringify([LOST_DEALS]),
    share: 0.5,
    weighed: 20,
    items: 1,
    spared: 0,
    byRule: { 'lost-deals': 1 },
    applied: [],
    done: 0,
    next: 0,
  });
  await fail(run);
  return run;
}

const planJob = (id: string, plan: string) =>
  ({ portal: stage.member, id, lane: 'sweep', trigger: 'cleanup', cause: id, task: { kind: 'plan', plan } }) as const;

async function fail(run: string): Promise<void> {
  const { jobs } = stage.stack.stores;
  const job = await jobs.read(stage.member, run);
  if (job === null) throw new Error(`no job ${run}`);
  const end = { phase: 'failed', cursor: null, counts: {}, code: 'INTERNAL_ERROR', dueAt: 0 } as const;
  await jobs.advance(job, end, stage.deps.clock.now());
}

const statusOf = async (plan: string) =>
  (await stage.json(['cleanup', 'plans'])).records.find((row) => row.plan === plan);

describe('a plan whose run was given up', () => {
  it('is no longer worked on and not applied, but says how it can be', async () => {
    const run = await givenUp('lost');

    const listed = await stage.text(['cleanup', 'plans']);
    const shown = await stage.text(['cleanup', 'show', 'lost']);
    const applied = await stage.text(['cleanup', 'apply', '--plan', 'lost', '--yes', '--incomplete']);

    expect(await statusOf('lost')).toMatchObject({
      run,
      state: 'stopped',
      ended: 'given_up',
      code: 'INTERNAL_ERROR',
    });
    expect(listed.stdout).toMatch(/^lost {2,}.* {2}given up {2}/m);
    expect(listed.stderr).toContain(`failed list --portal ${stage.member}`);
    expect(shown.stdout).toContain('plan lost, given up, started');
    expect(applied).toMatchObject({ code: 1, stdout: '' });
    expect(applied.stderr).toContain('given up: INTERNAL_ERROR');
    expect(applied.stderr).toContain(`failed redrive --portal ${stage.member} --job ${run}`);
  });

  it('is ready after a redrive', async () => {
    const run = await givenUp('again');

    await stage.text(['failed', 'redrive', '--job', run, '--yes']);
    await stage.settled();

    expect(await statusOf('again')).toMatchObject({
      run: `redrive:${run}`,
      state: 'ready',
      ended: null,
      code: null,
      items: 20,
    });
  });

  it('is being made while another attempt waits, and is given up with it', async () => {
    const { jobs } = stage.stack.stores;
    const run = await givenUp('twice');
    const first = await jobs.read(stage.member, run);
    await jobs.add(planJob(`redrive:${run}`, 'twice'), stage.deps.clock.now());
    if (first !== null) await jobs.markRedriven(first);

    const waiting = await statusOf('twice');
    await fail(`redrive:${run}`);

    expect(waiting).toMatchObject({ run, state: 'planning', ended: null, code: null });
    expect(await statusOf('twice')).toMatchObject({ run: `redrive:${run}`, state: 'stopped', ended: 'given_up' });
  });
});
