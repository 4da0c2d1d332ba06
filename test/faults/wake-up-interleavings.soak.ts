import { expect, test } from '@jest/globals';
import { explore } from '../support/interleavings/explore.ts';
import { wakeUpExecution } from '../support/interleavings/wake-up-execution.ts';

test.each([
  ['two triggers and a death', { dueAfter: [0, 0], deaths: 1, repeats: 0 }],
  ['two triggers and a message that comes twice', { dueAfter: [0, 0], deaths: 0, repeats: 1 }],
  ['two triggers, a rest and a death', { dueAfter: [0, 10_000], deaths: 1, repeats: 0 }],
  ['a trigger, a rest, a death and a message that comes twice', { dueAfter: [10_000], deaths: 1, repeats: 1 }],
])('no interleaving of %s forgets a job, removes twice, or lets two workers send', async (name, given) => {
  const { states, ends, longest } = await explore(() => wakeUpExecution(given));

  console.log(`${name}: ${states} states, ${ends} ends, at most ${longest} steps`);
  expect(ends).toBeGreaterThan(0);
});
