import { describe, expect, test } from '@jest/globals';
import { admitPendingGrant } from '../../../lib/installation/admit-pending-grant.ts';
import type { PendingEntry } from '../../../lib/installation/pending-grant.ts';
import { MOST_PENDING_GRANTS, PENDING_GRANT_MS } from '../../../lib/installation/policy.ts';

const NOW = 1_790_000_000_000;

const entry = (memberId: string, changes: Partial<PendingEntry> = {}): PendingEntry => ({
  memberId,
  clientId: null,
  keptAt: NOW,
  ...changes,
});
const proven = (memberId: string, changes: Partial<PendingEntry> = {}) =>
  entry(memberId, { clientId: 'local.1', ...changes });

const full = (of: typeof entry = entry): PendingEntry[] =>
  Array.from({ length: MOST_PENDING_GRANTS }, (_, number) => of(`m${number}`, { keptAt: NOW - number }));

describe('admitPendingGrant', () => {
  test('admits one while there is room', () => {
    expect(admitPendingGrant([entry('a')], entry('b'))).toEqual({
      kind: 'admitted',
      pending: [entry('a'), entry('b')],
      dropped: [],
    });
  });

  test('is full with twenty', () => {
    expect(admitPendingGrant(full(), entry('b'))).toEqual({ kind: 'full' });
    expect(admitPendingGrant(full(proven), proven('b'))).toEqual({ kind: 'full' });
  });

  test('replaces the oldest unproven one by a proven one', () => {
    const admission = admitPendingGrant([...full().slice(1), proven('first')], proven('b'));

    expect(admission).toMatchObject({ kind: 'admitted', dropped: [{ memberId: `m${MOST_PENDING_GRANTS - 1}` }] });
    expect(admission.kind === 'admitted' && admission.pending).toHaveLength(MOST_PENDING_GRANTS);
  });

  test('makes room by dropping what is too old', () => {
    const old = full().map((one) => ({ ...one, keptAt: NOW - PENDING_GRANT_MS }));

    expect(admitPendingGrant(old, entry('b'))).toEqual({ kind: 'admitted', pending: [entry('b')], dropped: old });
  });

  test.each([
    ['an unproven one after an unproven one', entry('a'), entry('a'), 'present'],
    ['an unproven one after a proven one', proven('a'), entry('a'), 'present'],
    ['a proven one after an unproven one', entry('a'), proven('a'), 'admitted'],
    ['a proven one after a proven one', proven('a'), proven('a', { keptAt: NOW + 1 }), 'admitted'],
  ])('decides about %s of the same portal', (_, earlier, later, kind) => {
    const admission = admitPendingGrant([earlier], later);

    expect(admission.kind).toBe(kind);
    if (admission.kind === 'admitted') expect(admission).toEqual({ kind, pending: [later], dropped: [] });
  });
});
