import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import { listenOnLoopback } from '../../../lib/local/listen-on-loopback.ts';
import { Deadlock, VirtualClock } from '../../support/virtual/virtual-clock.ts';

const HOUR = 3_600_000;

test('an hour of sleep takes no time', async () => {
  const clock = new VirtualClock();

  await clock.drive(() => clock.sleep(HOUR));

  expect(clock.now() - clock.startedAt).toBe(HOUR);
});

test('sleepers wake in the order of their times, those of one time in the order in which they fell asleep', async () => {
  const clock = new VirtualClock();
  const woken: string[] = [];
  const sleeper = (name: string, ms: number) => clock.sleep(ms).then(() => woken.push(`${name} ${ms}`));

  await clock.drive(() => Promise.all([sleeper('a', 20), sleeper('b', 10), sleeper('c', 10), sleeper('d', 0)]));

  expect(woken).toEqual(['d 0', 'b 10', 'c 10', 'a 20']);
});

test('time stands still while a call over the wire is under way', async () => {
  const server = createServer((_, response) => setTimeout(() => response.end('ok'), 20));
  const { url, close } = await listenOnLoopback(server);
  const clock = new VirtualClock();

  const waited = await clock.drive(async () => {
    void clock.sleep(HOUR);
    await clock.track(async () => (await fetch(url)).text());
    return clock.now() - clock.startedAt;
  });

  expect(waited).toBe(0);
  await close();
});

test('work that continues over some turns of the event loop comes before the next sleeper', async () => {
  const clock = new VirtualClock();

  const waited = await clock.drive(async () => {
    void clock.sleep(1);
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    return clock.now() - clock.startedAt;
  });

  expect(waited).toBe(0);
});

test('I/O that outlives the drive is waited for, sleepers are not', async () => {
  const server = createServer((_, response) => setTimeout(() => response.end('ok'), 20));
  const { url, close } = await listenOnLoopback(server);
  const clock = new VirtualClock();
  const done: string[] = [];

  await clock.drive(async () => {
    void clock.track(async () => (await fetch(url)).text()).then((text) => done.push(text));
    void clock.sleep(HOUR).then(() => done.push('slept'));
  });
  await clock.quiet();

  expect(done).toEqual(['ok']);
  await close();
});

test('a deadlock is reported instead of waited for', async () => {
  const clock = new VirtualClock();

  await expect(clock.drive(() => new Promise(() => undefined))).rejects.toThrow(Deadlock);
});

test('what does not end within the limit is ended', async () => {
  const clock = new VirtualClock();
  const endless = async () => {
    for (;;) await clock.sleep(60_000);
  };

  await expect(clock.drive(endless, HOUR)).rejects.toThrow('not at an end after 3600 s');
});
