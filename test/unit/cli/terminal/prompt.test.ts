import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';
import { prompt } from '../../../../lib/cli/terminal/prompt.ts';

test('puts the question and takes a line as the answer', async () => {
  const [input, output] = [new PassThrough(), new PassThrough()];

  const answered = prompt(input, output, 'Go ahead? ');
  input.write('yes\nmore\n');

  expect(await answered).toBe('yes');
  output.end();
  expect(await text(output)).toBe('Go ahead? ');
});

test('takes the end of the input for an empty answer', async () => {
  const input = new PassThrough();

  const answered = prompt(input, new PassThrough(), 'Go ahead? ');
  input.end();

  expect(await answered).toBe('');
});
