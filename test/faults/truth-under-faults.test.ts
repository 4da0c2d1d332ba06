import { test } from '@jest/globals';
import { playTriggersUnderFaults } from '../support/faults/truth-under-faults.ts';
import { replayable, seedOfRun } from '../support/virtual/seeded-random.ts';

test('500 triggers, repeated and shuffled over 20 portals, under faults of every kind: every outcome is true', async () => {
  const seed = seedOfRun();

  await replayable(seed, 'npm run jest -- test/faults/truth-under-faults.test.ts', () =>
    playTriggersUnderFaults(seed, { count: 500, seconds: 120, hours: 4 }),
  );
}, 300_000);
