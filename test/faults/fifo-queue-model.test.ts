import { expect, test } from '@jest/globals';
import { QUEUE_CASES } from '../support/queue/fifo-queue-cases.ts';
import { FifoQueueModel } from '../support/queue/fifo-queue-model.ts';
import type { QueueUnderTest } from '../support/queue/queue-under-test.ts';
import { VirtualClock } from '../support/virtual/virtual-clock.ts';

function modelUnderTest(clock: VirtualClock): QueueUnderTest {
  const model = new FifoQueueModel({ clock, visibilitySeconds: 1, maxReceiveCount: 2 });
  return {
    send: (group, deduplicationId) => model.send(group, deduplicationId),
    receive: async (most) =>
      model.receive(most).map(({ portal, messageId, deduplicationId, receiptHandle, receiveCount }) => ({
        group: portal,
        id: messageId,
        deduplicationId,
        handle: receiptHandle,
        count: receiveCount,
      })),
    remove: (handle) => model.remove(handle),
    changeVisibility: async (handle, seconds) => model.changeVisibility(handle, seconds),
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
  const queue = new FifoQueueModel({ clock, visibilitySeconds: 120 });
  const heard: [number, string][] = [];

  await clock.drive(async () => {
    void clock.sleep(5_000).then(() => queue.send('a'));
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

test('a poller of a locked group waits for the message in flight, not for the visible one behind it', async () => {
  const clock = new VirtualClock();
  const queue = new FifoQueueModel({ clock });

  const waited = await clock.drive(async () => {
    await queue.send('a');
    queue.receive();
    await queue.send('a');
    await queue.receivable();
    return clock.now() - clock.startedAt;
  });

  expect(waited).toBe(120_000);
});

test('a wake-up that is hidden for a rest stays hidden exactly that long, whatever the time-out of the queue', async () => {
  const clock = new VirtualClock();
  const queue = new FifoQueueModel({ clock });

  const rested = await clock.drive(async () => {
    await queue.send('a');
    const [wakeUp] = queue.receive();
    await queue.hide(wakeUp?.receiptHandle ?? '', 600);
    await queue.receivable();
    return clock.now() - clock.startedAt;
  });

  expect(rested).toBe(600_000);
});
