import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '../../../lib/clock.ts';
import { impatient } from '../../support/cli/fake-terminals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
afterAll(() => stage.close());

/** Five requests' worth of removals, each long enough to be interrupted. */
const COUNT = 250;

const removals = () => stage.changes('binding_removed').length;
const hasRemoved = () => removals() > 0;

it('Ctrl-C ends a run after its current request, and the same command resumes it', async () => {
  stage.manyLostDeals(COUNT);
  const plan = await stage.plan();
  stage.portal.script({ method: 'batch', times: 30, kind: { delayMs: 40 } });
  const { drawn, terminal, pressed, listeners } = impatient(1, hasRemoved);

  const [stopped] = await Promise.all([
    stage.json(['cleanup', 'apply', '--plan', plan, '--yes'], { terminal }),
    pressed(),
  ]);
  const done = removals();
  const resumed = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
  const { records: runs } = await stage.json(['cleanup', 'status']);

  expect(stopped).toMatchObject({
    code: 1,
    records: [{ status: 'stopped', ended: 'stopped', counts: { unbound: done }, done }],
  });
  expect(stopped.stderr).toContain('Stopping after the current request.');
  expect(stopped.stderr).toContain(
    `To resume: npm run --silent cli -- cleanup apply --portal ${stage.member} --plan ${plan}`,
  );
  expect(done).toBeLessThan(COUNT);
  expect(listeners.size).toBe(0);
  expect(resumed).toMatchObject({
    code: 0,
    records: [{ status: 'finished', ended: 'completed', counts: { unbound: COUNT - done } }],
  });
  // How far the first run was is no matter of the second.
  expect(runs.slice(0, 2).map((row) => [row.run, row.ended, row.done])).toEqual([
    [`apply:${plan}:2`, 'completed', COUNT],
    [`apply:${plan}:1`, 'stopped', done],
  ]);
  expect(removals()).toBe(COUNT);
  expect(drawn()).toMatch(new RegExp(`applying {2}█*░* +\\d+% {2}\\d+/${COUNT} {2}`));
});

it('a second Ctrl-C does not wait for the end of the run', async () => {
  stage.manyLostDeals(COUNT);
  const plan = await stage.plan();
  stage.portal.script({ method: 'batch', times: 30, kind: { delayMs: 40 } });
  const { terminal, pressed } = impatient(2, hasRemoved);

  const [left] = await Promise.all([
    stage.json(['cleanup', 'apply', '--plan', plan, '--yes'], { terminal }),
    pressed(),
  ]);
  const run = `apply:${plan}:1`;
  const status = await stage.json(['cleanup', 'status', '--run', run, '--wait', '10s']);

  expect(left).toMatchObject({ code: 75, stderr: expect.stringContaining(`cleanup status --portal ${stage.member}`) });
  expect(status).toMatchObject({ code: 0, records: [{ status: 'stopped' }] });
  expect(removals()).toBeLessThan(COUNT);
});

it('a stopped plan is not applied by mistake', async () => {
  stage.manyLostDeals(COUNT);
  stage.portal.script({ method: 'batch', times: 30, kind: { delayMs: 40 } });
  const { records } = await stage.json(['cleanup', 'plan', '--wait', '0s']);
  const run = String(records[0]?.run);

  const stopped = await stage.json(['cleanup', 'stop', '--run', run]);
  const plan = run.replace('plan:', '');
  const applied = await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
  const { records: plans } = await stage.json(['cleanup', 'plans']);

  expect(stopped).toMatchObject({ code: 0, records: [{ run, status: 'stopped' }] });
  expect(applied).toMatchObject({ code: 1, stderr: expect.stringContaining('--incomplete') });
  expect(plans[0]).toMatchObject({ plan, state: 'stopped' });
  expect(removals()).toBe(0);
});

it('a stopped undo is not taken for done, whatever its first outcome was', async () => {
  stage.manyLostDeals(COUNT);
  const plan = await stage.plan();
  const run = `apply:${plan}:1`;
  await stage.json(['cleanup', 'apply', '--plan', plan, '--yes']);
  const bound = Array.from({ length: COUNT }, (_, index) => index + 1);
  for (const id of bound) await stage.portal.act({ do: 'bind', activityId: id, element: `deal:${id}` });
  stage.portal.script({ method: 'batch', times: 30, kind: { delayMs: 40 } });

  const accepted = await stage.json(['undo', '--run', run, '--yes', '--wait', '0s']);
  const undo = String(accepted.records[0]?.run);
  while (!(await hasOutcomes(undo))) await systemClock.sleep(5);
  const stopped = await stage.json(['cleanup', 'stop', '--run', undo]);

  expect(accepted.code).toBe(75);
  const counts = { already_bound: expect.any(Number) };
  expect(stopped).toMatchObject({
    code: 0,
    records: [{ status: 'stopped', ended: 'stopped', code: 'ACTIVITY_IS_ALREADY_BOUND', counts }],
  });
});

const hasOutcomes = async (run: string): Promise<boolean> =>
  ((await stage.deps.jobs.read(stage.member, run))?.counts.already_bound ?? 0) > 0;
