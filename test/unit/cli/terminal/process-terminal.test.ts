import { EventEmitter } from 'node:events';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { processTerminal } from '../../../../lib/cli/terminal/process-terminal.ts';

/** A process whose standard streams are terminals, or are not. */
function fakeProcess(terminals: { readonly stdin: boolean; readonly stderr: boolean }) {
  const stdin = Object.assign(new PassThrough(), { isTTY: terminals.stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY: terminals.stderr });
  return Object.assign(new EventEmitter(), { stdin, stderr });
}

describe('the terminal of a process', () => {
  it.each([
    ['of a person', { stdin: true, stderr: true }, { asks: true, draws: true }],
    ['whose input comes from a file', { stdin: false, stderr: true }, { asks: false, draws: true }],
    ['whose remarks go to a file', { stdin: true, stderr: false }, { asks: false, draws: false }],
    ['of a script', { stdin: false, stderr: false }, { asks: false, draws: false }],
  ])('%s asks and draws where somebody sees it', (_, terminals, expected) => {
    const { ask, progress } = processTerminal(fakeProcess(terminals));

    expect({ asks: ask !== null, draws: progress !== null }).toEqual(expected);
  });

  it('puts questions and progress on the standard error, and takes the answer from the standard input', async () => {
    const owner = fakeProcess({ stdin: true, stderr: true });
    const { ask, progress } = processTerminal(owner);

    const answered = ask?.('Go ahead? ');
    owner.stdin.write('y\n');

    expect(await answered).toBe('y');
    expect(String(owner.stderr.read())).toContain('Go ahead? ');
    expect(progress).toBe(owner.stderr);
  });

  it('hears Ctrl-C, each time, until it is let go', () => {
    const owner = fakeProcess({ stdin: true, stderr: true });
    let heard = 0;
    const release = processTerminal(owner).onInterrupt(() => {
      heard += 1;
    });

    owner.emit('SIGINT');
    owner.emit('SIGINT');
    release();
    owner.emit('SIGINT');

    expect(heard).toBe(2);
    expect(owner.listenerCount('SIGINT')).toBe(0);
  });

  it('is that of this process unless another one is given', () => {
    const before = process.listenerCount('SIGINT');

    const release = processTerminal().onInterrupt(() => undefined);
    const during = process.listenerCount('SIGINT');
    release();

    expect([during, process.listenerCount('SIGINT')]).toEqual([before + 1, before]);
  });
});
