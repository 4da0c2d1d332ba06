import { expect, test } from '@jest/globals';
import { nextVersionId } from '../../../../lib/aws/secrets/next-version-id.ts';

test('version ids of successors are UUIDs, and the same for every writer', () => {
  const id = nextVersionId('1069e040-2b26-465d-b944-134460da51fa');

  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(nextVersionId('1069e040-2b26-465d-b944-134460da51fa')).toBe(id);
  expect(nextVersionId(id)).not.toBe(id);
});
