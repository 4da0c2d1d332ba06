import { expect } from '@jest/globals';
import { groupsOf, ONE_AT_A_TIME, type QueueCase, receiveOne, sendAll } from './queue-under-test.ts';

/** What AWS documents about FIFO queues; fifo-queue-model.ts names the pages. */
export const QUEUE_CASES: readonly QueueCase[] = [
  {
    name: 'messages of a group come in the order in which they were sent',
    async run(queue) {
      const sent = ['1', '2', '3'];
      for (const id of sent) await queue.send('a', id);
      const received: string[] = [];
      for (let index = 0; index < sent.length; index += 1) {
        const { deduplicationId, handle } = await receiveOne(queue);
        received.push(deduplicationId);
        await queue.remove(handle);
      }

      expect(received).toEqual(sent);
    },
  },
  {
    name: 'several messages of a group come at once, in their order',
    modelOnly: ONE_AT_A_TIME,
    async run(queue) {
      await sendAll(queue, 'a', 'a', 'a');
      const together = await queue.receive(10);
      for (const { handle } of together) await queue.changeVisibility(handle, 0);

      const again: string[] = [];
      for (let index = 0; index < 3; index += 1) {
        const message = await receiveOne(queue);
        again.push(message.id);
        await queue.remove(message.handle);
      }

      expect(together.map(({ id }) => id)).toEqual(again);
    },
  },
  {
    name: 'a receive gives at most ten messages, of one group as many as it has before those of another',
    modelOnly: ONE_AT_A_TIME,
    async run(queue) {
      await sendAll(queue, 'a', 'b', ...Array.from({ length: 11 }, () => 'a'));

      const first = groupsOf(await queue.receive(10));

      expect(first).toHaveLength(10);
      expect(first.filter((group) => group === 'b').length).toBeLessThanOrEqual(1);
    },
  },
  {
    name: 'while a message of a group is in flight no other of the group is given out, those of other groups are',
    async run(queue) {
      await sendAll(queue, 'a', 'a', 'b');
      await receiveOne(queue);

      expect(groupsOf(await queue.receive(10))).toEqual(['b']);
      expect(await queue.receive(10)).toEqual([]);
    },
  },
  {
    name: 'a deleted message lets the next of its group come',
    async run(queue) {
      await sendAll(queue, 'a', 'a');
      const first = await receiveOne(queue);
      await queue.remove(first.handle);

      const next = await receiveOne(queue);

      expect(next.group).toBe('a');
      expect(next.id).not.toBe(first.id);
    },
  },
  {
    name: 'a message that is not deleted within its time-out comes again, before the others of its group, and counts',
    async run(queue) {
      await sendAll(queue, 'a', 'a');
      const first = await receiveOne(queue);
      expect(first.count).toBe(1);
      await queue.wait(1.1);

      expect(await receiveOne(queue)).toMatchObject({ id: first.id, count: 2 });
    },
  },
  {
    name: 'a group is locked until the last of its messages in flight is deleted or visible',
    modelOnly: ONE_AT_A_TIME,
    async run(queue) {
      await sendAll(queue, 'a', 'a', 'a');
      const [first, second] = await queue.receive(2);
      await queue.remove(first?.handle ?? '');
      await queue.changeVisibility(second?.handle ?? '', 2);
      await queue.wait(1.1);
      expect(await queue.receive(10)).toEqual([]);
      await queue.wait(1);

      expect((await receiveOne(queue)).id).toBe(second?.id);
    },
  },
  {
    name: 'a changed time-out counts from the change on',
    async run(queue) {
      await sendAll(queue, 'a');
      const { handle } = await receiveOne(queue);
      await queue.wait(0.6);
      await queue.changeVisibility(handle, 1);
      await queue.wait(0.6);
      expect(await queue.receive(1)).toEqual([]);
      await queue.wait(0.6);

      expect((await receiveOne(queue)).count).toBe(2);
    },
  },
  {
    name: 'a time-out of zero makes a message visible at once',
    async run(queue) {
      await sendAll(queue, 'a');
      const { handle, id } = await receiveOne(queue);
      await queue.changeVisibility(handle, 0);

      expect((await receiveOne(queue)).id).toBe(id);
    },
  },
  {
    name: 'the same deduplication id is accepted and not delivered again, also after the first was deleted',
    async run(queue) {
      await queue.send('a', 'same');
      await queue.send('a', 'same');
      await queue.remove((await receiveOne(queue)).handle);
      await queue.send('a', 'same');

      expect(await queue.receive(10)).toEqual([]);
    },
  },
  {
    name: 'the same deduplication id is delivered again after five minutes',
    modelOnly: 'it would take five real minutes',
    async run(queue) {
      await queue.send('a', 'same');
      await queue.remove((await receiveOne(queue)).handle);
      await queue.wait(300);
      await queue.send('a', 'same');

      expect(groupsOf(await queue.receive(10))).toEqual(['a']);
    },
  },
  {
    name: 'a message that was received more often than allowed moves to the dead-letter queue, and the next one comes',
    async run(queue) {
      await sendAll(queue, 'a', 'a');
      for (let receive = 0; receive < 2; receive += 1) {
        await queue.changeVisibility((await receiveOne(queue)).handle, 0);
      }

      const next = await queue.receive(1);

      expect(await queue.dead()).toBe(1);
      const [second = await receiveOne(queue)] = next;
      expect(second.count).toBe(1);
    },
  },
  {
    name: 'a receipt of a message that is visible again deletes and hides nothing',
    modelOnly: 'fauxqs accepts a receipt handle as long as it is the latest',
    async run(queue) {
      await sendAll(queue, 'a');
      const { handle, id } = await receiveOne(queue);
      await queue.wait(1.1);

      await expect(queue.remove(handle)).rejects.toThrow();
      await expect(queue.changeVisibility(handle, 5)).rejects.toThrow();
      expect((await receiveOne(queue)).id).toBe(id);
    },
  },
  {
    name: 'a time-out is at most twelve hours',
    modelOnly: 'fauxqs does not look',
    async run(queue) {
      await sendAll(queue, 'a');
      const { handle } = await receiveOne(queue);

      await expect(queue.changeVisibility(handle, 43_201)).rejects.toThrow();
    },
  },
];
