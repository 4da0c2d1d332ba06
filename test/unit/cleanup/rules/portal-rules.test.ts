import { describe, expect, it } from '@jest/globals';
import { portalRules } from '../../../../lib/cleanup/rules/portal-rules.ts';

/** Reads the rules of a portal that has stored this text; notes reads and logged events. */
function stored(text: string | null) {
  const events: string[] = [];
  let reads = 0;
  const ignore = (): void => undefined;
  const portals = {
    readRules: async () => {
      reads += 1;
      return text;
    },
  };
  const rulesOf = portalRules(portals, { info: ignore, warn: ignore, error: (event) => events.push(event) });
  return { rulesOf, events, reads: () => reads };
}

describe('the rules of a portal', () => {
  it.each([
    [null, []],
    ['[]', []],
    ['[{"name":"a","element":"deal"},{"name":"b","element":"lead","enabled":false}]', ['a']],
  ])('are those that are enabled: %j', async (text, names) => {
    const { rulesOf, events } = stored(text);

    expect((await rulesOf('acme')).map(({ name }) => name)).toEqual(names);
    expect(events).toEqual([]);
  });

  it('are none if they cannot be read, and that is logged', async () => {
    const { rulesOf, events } = stored('[{"name":"a"}]');

    expect(await rulesOf('acme')).toEqual([]);
    expect(events).toEqual(['rules_unreadable']);
  });

  it('are read once for all who ask at the same time, for each portal', async () => {
    const { rulesOf, reads } = stored('[]');

    await Promise.all([rulesOf('a'), rulesOf('a'), rulesOf('b')]);
    expect(reads()).toBe(2);

    await rulesOf('a');
    expect(reads()).toBe(3);
  });
});
