import { expect, test } from '@jest/globals';
import { followRun } from '../../../../lib/cli/follow/follow-run.ts';
import { NO_TERMINAL, type Terminal } from '../../../../lib/cli/terminal/terminal.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith } from '../../../support/cli/context-with.ts';
import { screen } from '../../../support/cli/fake-terminals.ts';
import { JOB } from '../../../support/cli/run-samples.ts';

/** A run that works until it is asked to stop, or until the given reading of its job. */
function follow(
  interrupt: 'stop' | 'leave',
  { waitMs = null as number | null, terminal = NO_TERMINAL as Terminal } = {},
) {
  const asked: string[] = [];
  const { out, stderr } = capturedOutput();
  const deps = contextWith(
    {
      jobs: { read: async () => ({ ...JOB, phase: asked.length > 0 ? 'finished' : 'waiting' }) },
      plans: { read: async () => null },
      runs: {
        current: async () => ({ id: JOB.id, since: 0, rules: '[]' }),
        history: async () => [],
        isAskedToStop: async () => asked.length > 0,
        askToStop: async (_, run) => void asked.push(run),
      },
      portals: { read: async () => null },
    },
    { terminal },
  );
  const following = { portal: 'acme', run: JOB.id, label: 'applying', waitMs, interrupt };
  return { followed: followRun(following, deps, out), asked, stderr };
}

/** Ctrl-C is pressed as soon as somebody listens. */
const pressing = (times: number): Terminal => {
  const { terminal, press } = screen();
  return {
    ...terminal,
    progress: null,
    onInterrupt(listener) {
      const release = terminal.onInterrupt(listener);
      for (let count = 0; count < times; count += 1) press();
      return release;
    },
  };
};

test('gives up when the time to wait is over, and lets the run continue', async () => {
  const { followed, asked } = follow('stop', { waitMs: 5_000 });

  expect(await followed).toMatchObject({ kind: 'unfinished', why: { kind: 'time' } });
  expect(asked).toEqual([]);
});

test('Ctrl-C asks the run to stop, and its end is awaited', async () => {
  const { followed, asked, stderr } = follow('stop', { terminal: pressing(1) });

  expect(await followed).toMatchObject({ kind: 'over' });
  expect(asked).toEqual([JOB.id]);
  expect(stderr()).toContain('Stopping after the current request.');
});

test('a second Ctrl-C leaves without waiting', async () => {
  expect(await follow('stop', { terminal: pressing(2) }).followed).toMatchObject({ why: { kind: 'left' } });
});

test('Ctrl-C leaves a run that is only watched', async () => {
  const { followed, asked } = follow('leave', { terminal: pressing(1) });

  expect(await followed).toMatchObject({ why: { kind: 'left' } });
  expect(asked).toEqual([]);
});
