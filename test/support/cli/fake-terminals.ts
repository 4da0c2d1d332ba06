import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { NO_TERMINAL, type Terminal } from '../../../lib/cli/terminal/terminal.ts';
import { systemClock } from '../../../lib/clock.ts';

/** A person who gives one answer, and keeps the questions. */
export function person(answer: string) {
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return answer;
  };
  return { questions, terminal: { ...NO_TERMINAL, ask } };
}

/** A terminal on which progress is drawn, and Ctrl-C can be pressed. */
export function screen() {
  const written: string[] = [];
  const progress = Object.assign(new PassThrough(), { isTTY: true, columns: 100 });
  progress.on('data', (text) => written.push(stripVTControlCharacters(String(text))));
  const listeners = new Set<() => void>();
  const terminal: Terminal = {
    ask: null,
    progress,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const press = (): void => {
    for (const listener of listeners) listener();
  };
  return { drawn: () => written.join(''), terminal, listeners, press };
}

/** A terminal whose person presses Ctrl-C so many times as soon as something has begun. */
export function impatient(presses: number, hasBegun: () => boolean) {
  const { press, ...shown } = screen();
  const pressed = async (): Promise<void> => {
    while (!hasBegun()) await systemClock.sleep(5);
    for (let count = 0; count < presses; count += 1) press();
  };
  return { ...shown, pressed };
}
