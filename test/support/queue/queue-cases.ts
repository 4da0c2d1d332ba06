import { expect } from '@jest/globals';
import { portalsOf, type QueueCase, receiveOne } from './queue-under-test.ts';

/** What AWS documents about standard queues; queue-model.ts names the pages. */
export const QUEUE_CASES: readonly QueueCase[] = [
  {
    name: 'messages of one portal and of others come together, at most ten',
    async run(queue) {
      for (const portal of ['a', 'a', 'b']) await queue.send(portal);
      expect(portalsOf(await queue.receive(10))).toEqual(['a', 'a', 'b']);
      for (let index = 0; index < 11; index += 1) await queue.send('c');

      expect(await queue.receive(10)).toHaveLength(10);
    },
  },
  {
    name: 'a message that was received is hidden, and a deleted one does not come again',
    async run(queue) {
      await queue.send('a');
      const { handle } = await receiveOne(queue);
      expect(await queue.receive(10)).toEqual([]);
      await queue.remove(handle);
      await queue.wait(1.1);

      expect(await queue.receive(10)).toEqual([]);
    },
  },
  {
    name: 'a message that is not deleted within its time-out comes again, and counts',
    async run(queue) {
      await queue.send('a');
      const first = await receiveOne(queue);
      expect(first.count).toBe(1);
      await queue.wait(1.1);

      expect(await receiveOne(queue)).toMatchObject({ id: first.id, count: 2 });
    },
  },
  {
    name: 'a delayed message comes after its delay and not before',
    async run(queue) {
      await queue.send('a', 5);
      await queue.send('b');
      expect(portalsOf(await queue.receive(10))).toEqual(['b']);
      await queue.wait(4.9);
      expect(portalsOf(await queue.receive(10)).filter((portal) => portal === 'a')).toEqual([]);
      await queue.wait(0.2);

      expect(portalsOf(await queue.receive(10))).toContain('a');
    },
  },
  {
    name: 'a message that was received more often than allowed moves to the dead-letter queue',
    async run(queue) {
      await queue.send('a');
      for (let receive = 0; receive < 2; receive += 1) {
        await receiveOne(queue);
        await queue.wait(1.1);
      }

      expect(await queue.receive(10)).toEqual([]);
      expect(await queue.dead()).toBe(1);
    },
  },
];
