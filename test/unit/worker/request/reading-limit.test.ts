import { describe, expect, it } from '@jest/globals';
import { ReadingLimit } from '../../../../lib/worker/request/reading-limit.ts';
import { jumpingClock } from '../../../support/jumping-clock.ts';

/** A limit for a portal that needs so long for a call, ms. */
function limitOf(callMs: number) {
  const clock = jumpingClock();
  return { limit: new ReadingLimit({ callMs: () => callMs }, clock), clock };
}

describe('reading for one request', () => {
  it('begins with any request of reads, however slow the portal', () => {
    expect(limitOf(5_000).limit.allows(3)).toBe(true);
  });

  it('goes on with what ends within 8 s, and no further', async () => {
    const { limit, clock } = limitOf(200);
    limit.noteRequest();
    await clock.sleep(3_000);

    expect(limit.allows(25)).toBe(true);
    expect(limit.allows(26)).toBe(false);
  });

  it('goes on for less than a second while work is ready', async () => {
    const { limit, clock } = limitOf(100);
    limit.noteRequest();
    limit.noteWork();
    await clock.sleep(500);

    expect([limit.allows(5), limit.allows(6)]).toEqual([true, false]);
  });

  it('of a slow portal keeps ready work waiting every other time at most', () => {
    const { limit } = limitOf(5_000);
    const mayRead = () => {
      limit.restart();
      limit.noteWork();
      const allowed = limit.allows(1);
      if (allowed) limit.noteRequest();
      return allowed;
    };

    expect([mayRead(), mayRead(), mayRead(), mayRead()]).toEqual([true, false, true, false]);
  });
});
