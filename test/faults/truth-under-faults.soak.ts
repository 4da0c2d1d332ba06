import { test } from '@jest/globals';
import { playTriggersUnderFaults } from '../support/faults/truth-under-faults.ts';
import { replayable, seedOfRun } from '../support/virtual/seeded-random.ts';

test('2,000 triggers, repeated and shuffled over 20 portals, under faults of every kind: every outcome is true', async () => {
  const seed = seedOfRun();

  await replayable(seed, 'npm run test:soak -- truth-under-faults', () =>
    playTriggersUnderFaults(seed, { count: 2_000, seconds: 300, hours: 12 }),
  );
}, 1_200_000);
