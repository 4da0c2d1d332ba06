import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LOST_DEALS } from '../../support/cleanup/lost-deals.ts';
import { type CleanupCliStage, openCleanupCli } from '../../support/stage/cleanup-cli-stage.ts';

const CONTACTS = { name: 'contacts', element: 'contact', when: { alsoBoundTo: ['company'] }, enabled: false };

let stage: CleanupCliStage;
beforeAll(async () => {
  stage = await openCleanupCli();
});
beforeEach(async () => {
  await stage.setRules([LOST_DEALS, CONTACTS]);
  stage.lostDeals();
});
afterAll(() => stage.close());

describe('cleanup schedule', () => {
  it('shows the schedule, and sets it to make plans only', async () => {
    const before = await stage.json(['cleanup', 'schedule']);
    const set = await stage.json(['cleanup', 'schedule', '--mode', 'plan', '--minutes', '30']);

    await stage.sweep('2026-11-24T03:00:00Z');
    const { records } = await stage.json(['cleanup', 'plans']);

    expect(before.records).toEqual([{ portal: stage.member, mode: 'sweep', minutes: 360 }]);
    expect(set.records).toEqual([{ portal: stage.member, mode: 'plan', minutes: 30 }]);
    expect(records[0]).toMatchObject({ plan: '20261124T030000Z', state: 'ready', items: 20 });
    expect(stage.changes('binding_removed')).toEqual([]);
  });

  it('warns that with plans only, events still unbind', async () => {
    const planning = await stage.text(['cleanup', 'schedule', '--mode', 'plan']);
    const enabled = await stage.text(['rules', 'enable', 'contacts']);
    const sweeping = await stage.text(['cleanup', 'schedule', '--mode', 'sweep']);

    expect(planning.stderr).toContain('on events, whatever the enabled rules match is still unbound at once');
    expect(enabled.stderr).toContain(
      'From now on it is applied on events, which unbind at once. The schedule makes plans only.',
    );
    expect(sweeping.stderr).toBe('');
  });
});

describe('cleanup sweep', () => {
  it('always asks, as the number is not known; then it removes what the rules match', async () => {
    const unasked = await stage.json(['cleanup', 'sweep']);
    const swept = await stage.json(['cleanup', 'sweep', '--yes']);
    const { records: runs } = await stage.json(['cleanup', 'status']);
    const { records: counts } = await stage.json([
      'outcomes',
      '--run',
      String(swept.records[0]?.run),
      '--count-by',
      'status',
    ]);

    expect(unasked).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('--yes') });
    expect(swept).toMatchObject({ code: 0, records: [{ kind: 'sweep', status: 'finished', counts: { unbound: 20 } }] });
    expect(runs).toContainEqual(expect.objectContaining({ run: swept.records[0]?.run, status: 'finished' }));
    expect(counts).toEqual([{ status: 'unbound', count: 20 }]);
  });
});
