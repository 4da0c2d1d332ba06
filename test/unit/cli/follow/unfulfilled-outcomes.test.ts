import { expect, test } from '@jest/globals';
import { countUnfulfilled, showUnfulfilled } from '../../../../lib/cli/follow/unfulfilled-outcomes.ts';
import { capturedJson } from '../../../support/cli/captured-output.ts';
import { contextWith } from '../../../support/cli/context-with.ts';
import { outcome } from '../../../support/cli/run-samples.ts';

test('what is bound or unbound as was asked for is not counted', () => {
  const counts = { unbound: 5, already_unbound: 4, bound: 3, already_bound: 2, skipped: 10, refused: 1 };

  expect(countUnfulfilled(counts)).toBe(11);
  expect(countUnfulfilled(counts, ['skipped'])).toBe(1);
});

test('reasons are listed once each, the most frequent first, with what they mean', async () => {
  const all = [
    outcome(1),
    outcome(2, { status: 'refused', code: 'ACCESS_DENIED' }),
    ...Array.from({ length: 12 }, (_, at) => outcome(10 + at, { status: 'skipped', code: 'LAST_BINDING' })),
  ];
  const { out, stdout } = capturedJson();
  const deps = contextWith({ outcomes: { pageOfJob: async (_, __, after) => (after === null ? all : []) } });

  await showUnfulfilled('acme', 'apply:p:1', deps, out);

  const [skipped, refused, ...more] = stdout()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { examples: string[] });
  expect(skipped).toMatchObject({ status: 'skipped', code: 'LAST_BINDING', count: 12 });
  expect(skipped?.examples).toHaveLength(10);
  expect(refused).toMatchObject({
    count: 1,
    examples: ['2 and deal:1'],
    meaning: expect.stringContaining('may not edit'),
  });
  expect(more).toEqual([]);
});
