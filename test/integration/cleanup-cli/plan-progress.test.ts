import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { NO_TERMINAL, type Terminal } from '../../../lib/cli/terminal/terminal.ts';
import { systemClock } from '../../../lib/clock.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
afterAll(() => stage.close());

/** A dozen requests' worth of activities, on a portal that takes its time. */
const COUNT = 500;
beforeEach(() => {
  stage.scene({
    deals: [{ id: 1, count: COUNT, stageId: 'LOSE' }],
    activities: [{ id: 1, count: COUNT, completed: true, bindings: [`deal:1..${COUNT}`, 'contact:1'] }],
  });
  stage.portal.crm().subscriptions.length = 0;
  stage.portal.script({ method: 'batch', times: 60, kind: { delayMs: 40 } });
});

function narrowTerminal(columns: number) {
  const drawn: string[] = [];
  const progress = Object.assign(new PassThrough(), { isTTY: true, columns });
  progress.on('data', (text) => drawn.push(stripVTControlCharacters(String(text))));
  const terminal: Terminal = { ...NO_TERMINAL, progress };
  return { drawn, terminal };
}

/** What `cleanup status` says of a run, again and again until it is over. */
async function statusesOf(run: string): Promise<{ status: unknown; share: unknown; total: unknown; done: unknown }[]> {
  const all = [];
  for (;;) {
    const { records } = await stage.json(['cleanup', 'status', '--run', run]);
    const { status, share, total, done } = records[0] ?? {};
    all.push({ status, share, total, done });
    if (status === 'finished' || status === 'stopped') return all;
    await systemClock.sleep(5);
  }
}

const asNumbers = (shares: readonly unknown[]): number[] => shares.filter((share) => typeof share === 'number');
const ascending = (shares: readonly number[]): number[] => shares.toSorted((a, b) => a - b);

it('the bar of a plan only grows, and fits the width of the terminal', async () => {
  const { drawn, terminal } = narrowTerminal(60);

  const { code } = await stage.json(['cleanup', 'plan'], { terminal });

  const percents = drawn.flatMap((line) => /^planning {2}█*░+ +(\d+)% {2}[\d,]+ /.exec(line)?.[1] ?? []).map(Number);
  expect(code).toBe(0);
  expect(percents.length).toBeGreaterThan(0);
  expect(percents).toEqual(ascending(percents));
  expect(Math.max(...percents)).toBeLessThan(100);
  expect(drawn.filter((line) => line.includes(' 0%'))).toEqual([]);
  expect(drawn.filter((line) => line.length > 60)).toEqual([]);
});

it.each(['plan', 'sweep'])('a %s reports its progress as it works, and 1 when it is completed', async (kind) => {
  const argv = kind === 'plan' ? ['cleanup', 'plan'] : ['cleanup', 'sweep', '--yes'];
  const started = await stage.json([...argv, '--wait', '0s']);

  const statuses = await statusesOf(String(started.records[0]?.run));

  const running = asNumbers(statuses.slice(0, -1).map(({ share }) => share));
  expect(statuses.at(-1)).toEqual({ status: 'finished', share: 1, total: null, done: COUNT });
  expect(new Set(running).size).toBeGreaterThan(1);
  expect(running).toEqual(ascending(running));
  expect(Math.max(...running)).toBeLessThan(1);
});

it('a stopped plan keeps its progress', async () => {
  const started = await stage.json(['cleanup', 'plan', '--wait', '0s']);
  const run = String(started.records[0]?.run);
  const statuses = statusesOf(run);
  while (!((await stage.deps.plans.read(stage.member, run.slice('plan:'.length)))?.share ?? 0))
    await systemClock.sleep(5);

  const stopped = await stage.json(['cleanup', 'stop', '--run', run]);
  const line = await stage.text(['cleanup', 'status', '--run', run]);

  const share = Number(stopped.records[0]?.share);
  expect(share).toBeGreaterThan(0);
  expect(share).toBeLessThan(1);
  expect((await statuses).at(-1)).toMatchObject({ status: 'stopped', share });
  expect(line.stdout).toContain(`stopped, about ${Math.floor(share * 100)}%`);
});

it('a plan that is made by a run of another name reports its items so far', async () => {
  const { clock, jobs, plans } = stage.deps;
  const run = 'redrive:plan:again';
  const job = { portal: stage.member, id: run, lane: 'sweep', trigger: 'cleanup', cause: run } as const;
  await jobs.add({ ...job, task: { kind: 'plan', plan: 'again' } }, clock.now());
  await stage.stack.fire({ task: 'ring' });
  while (!((await plans.read(stage.member, 'again'))?.items ?? 0)) await systemClock.sleep(5);
  const { drawn, terminal } = narrowTerminal(100);

  await stage.json(['cleanup', 'stop', '--run', run], { terminal });

  const found = drawn.flatMap((line) => /([\d,]+) bindings found/.exec(line)?.[1] ?? []);
  expect(found.length).toBeGreaterThan(0);
  expect(found).not.toContain('0');
});
