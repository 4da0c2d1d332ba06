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
  test('admits what has room', () => {
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

  test('gives the place of the oldest unproven one to a proven one', () => {
    const admission = admitPendingGrant([...full().slice(1), proven('first')], proven('b'));

    expect(admission).toMatchObject({ kind: 'admitted', dropped: [{ memberId: `m${MOST_PENDING_GRANTS - 1}` }] });
    expect(admission.kind === 'admitted' && admission.pending).toHaveLength(MOST_PENDING_GRANTS);
  });

  test('makes room by forgetting what is too old', () => {
    const old = full().map((one) => ({ ...one, keptAt: NOW - PENDING_GRANT_MS }));

    expect(admitPendingGrant(old, entry('b'))).toEqual({ kind: 'admitted', pending: [entry('b')], dropped: old });
  });

  test.each([
    ['an unproven one of an unproven one', entry('a'), entry('a'), 'present'],
    ['an unproven one of a proven one', proven('a'), entry('a'), 'present'],
    ['a proven one of an unproven one', entry('a'), proven('a'), 'admitted'],
    ['a proven one of a proven one', proven('a'), proven('a', { keptAt: NOW + 1 }), 'admitted'],
  ])('lets %s of the same portal take the place or not', (_, earlier, later, kind) => {
    const admission = admitPendingGrant([earlier], later);

    expect(admission.kind).toBe(kind);
    if (admission.kind === 'admitted') expect(admission).toEqual({ kind, pending: [later], dropped: [] });
  });
});
