import { expect, test } from '@jest/globals';
import type { CleanupSettings } from '../../../../lib/cleanup/runs/run-store.ts';
import { cleanupSchedule } from '../../../../lib/cli/cleanup/cleanup-schedule.ts';
import { capturedOutput } from '../../../support/cli/captured-output.ts';
import { contextWith } from '../../../support/cli/context-with.ts';

function scheduled(before: CleanupSettings) {
  const stored: CleanupSettings[] = [];
  const { out, stdout, stderr } = capturedOutput();
  const deps = contextWith({
    portals: { read: async () => ({ portal: 'acme' }) as never },
    runs: { settings: async () => before, setSettings: async (_, settings) => void stored.push(settings) },
  });
  return { deps, out, stored, stdout, stderr };
}

test('without options the schedule is shown and nothing is stored', async () => {
  const { deps, out, stored, stdout, stderr } = scheduled({ mode: 'apply', minutes: 60 });

  await cleanupSchedule(deps, { portal: 'acme' }, out);

  expect(stdout()).toBe('acme: the schedule removes what the rules match; each run may take 60 minutes\n');
  expect(stderr()).toBe('');
  expect(stored).toEqual([]);
});

test('an option changes only its own setting', async () => {
  const { deps, out, stored, stderr } = scheduled({ mode: 'apply', minutes: 60 });

  await cleanupSchedule(deps, { portal: 'acme', mode: 'plan' }, out);
  await cleanupSchedule(deps, { portal: 'acme', mode: 'sweep', minutes: 1 }, out);

  expect(stored).toEqual([
    { mode: 'plan', minutes: 60 },
    { mode: 'apply', minutes: 1 },
  ]);
  expect(stderr()).toContain('This affects the schedule only');
});
