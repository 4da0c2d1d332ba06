import { expect, test } from '@jest/globals';
import { QUEUE_CASES } from '../support/queue/queue-cases.ts';
import { QueueModel } from '../support/queue/queue-model.ts';
import type { QueueUnderTest } from '../support/queue/queue-under-test.ts';
import { VirtualClock } from '../support/virtual/virtual-clock.ts';

function modelUnderTest(clock: VirtualClock): QueueUnderTest {
  const model = new QueueModel({ clock, visibilitySeconds: 1, maxReceiveCount: 2 });
  return {
    send: (portal, delaySeconds = 0) => model.send({ portal, dueAt: null }, delaySeconds * 1000),
    receive: async (most) =>
      model.receive(most).map(({ portal, messageId, receiptHandle, receiveCount }) => ({
        portal,
        id: messageId,
        handle: receiptHandle,
        count: receiveCount,
      })),
    remove: (handle) => model.remove(handle),
    wait: (seconds) => clock.sleep(seconds * 1000),
    dead: async () => model.dead.length,
  };
}

test.each(QUEUE_CASES)('the model: $name', async ({ run }) => {
  const clock = new VirtualClock();

  await clock.drive(() => run(modelUnderTest(clock)));
});

test('a poller is woken by a message that is sent, and by one that becomes visible again', async () => {
  const clock = new VirtualClock();
  const queue = new QueueModel({ clock, visibilitySeconds: 120 });
  const heard: [number, string][] = [];

  await clock.drive(async () => {
    void clock.sleep(5_000).then(() => queue.send({ portal: 'a', dueAt: null }));
    for (let round = 0; round < 2; round += 1) {
      await queue.receivable();
      for (const { portal } of queue.receive()) heard.push([clock.now() - clock.startedAt, portal]);
    }
  });

  expect(heard).toEqual([
    [5_000, 'a'],
    [125_000, 'a'],
  ]);
});

test('some messages come twice, and some before others that were sent earlier', async () => {
  const clock = new VirtualClock();
  let calls = 0;
  // Of the second message both: it comes first, and twice.
  const queue = new QueueModel({ clock, random: () => (++calls > 2 ? 0 : 1) });
  await queue.send({ portal: 'a', dueAt: null });
  await queue.send({ portal: 'b', dueAt: null });

  expect(queue.receive().map(({ portal }) => portal)).toEqual(['b', 'a', 'b']);
});
