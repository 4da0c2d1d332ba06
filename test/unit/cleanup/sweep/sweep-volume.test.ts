import { expect, it } from '@jest/globals';
import { initialVolume, withAsked, withBrought } from '../../../../lib/cleanup/sweep/sweep-volume.ts';

it('what was asked and what the answers brought is counted for each query', () => {
  const asked = withAsked(initialVolume(2), { commands: 50, pages: [0, 0, 1], activityPages: [1, 1] });
  const brought = withBrought(asked, {
    spans: new Map([[0, 900]]),
    elements: [
      { query: 0, ids: [1, 2, 3] },
      { query: 1, ids: [4] },
      { query: 0, ids: [5] },
    ],
    candidates: [1, 1, 0],
  });

  const again = withBrought(withAsked(brought, { commands: 7, pages: [1], activityPages: [] }), {
    spans: new Map([[1, 30]]),
    elements: [],
    candidates: [0],
  });

  expect(again).toEqual({
    asked: 57,
    progress: null,
    queries: [
      { span: 900, pages: 2, elements: 4, activityPages: 0, candidates: 2 },
      { span: 30, pages: 2, elements: 1, activityPages: 2, candidates: 2 },
    ],
  });
});
