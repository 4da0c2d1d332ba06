import { expect, test } from '@jest/globals';
import { listenForInterrupts } from '../../../../lib/cli/terminal/interrupts.ts';
import { screen } from '../../../support/cli/fake-terminals.ts';

test('counts each Ctrl-C and wakes whoever waits for the next one', async () => {
  const { terminal, press } = screen();
  const interrupts = listenForInterrupts(terminal);

  const first = interrupts.next();
  press();
  await first;
  const second = interrupts.next();
  press();
  await second;

  expect(interrupts.count()).toBe(2);
});

test('stops listening when it is released', () => {
  const { terminal, press, listeners } = screen();
  const interrupts = listenForInterrupts(terminal);

  interrupts.release();
  press();

  expect(interrupts.count()).toBe(0);
  expect(listeners.size).toBe(0);
});
