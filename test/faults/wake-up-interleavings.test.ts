import { expect, test } from '@jest/globals';
import { explore } from '../support/interleavings/explore.ts';
import { wakeUpExecution } from '../support/interleavings/wake-up-execution.ts';

test.each([
  ['two triggers', { dueAfter: [0, 0], deaths: 0, repeats: 0 }],
  ['a trigger, a rest and a death', { dueAfter: [10_000], deaths: 1, repeats: 0 }],
  ['a trigger, a rest and a message that comes twice', { dueAfter: [10_000], deaths: 0, repeats: 1 }],
  ['two triggers and a rest', { dueAfter: [0, 10_000], deaths: 0, repeats: 0 }],
])('no interleaving of %s forgets a job, removes twice, or lets two workers send', async (_case, given) => {
  const { ends } = await explore(() => wakeUpExecution(given));

  expect(ends).toBeGreaterThan(0);
});
