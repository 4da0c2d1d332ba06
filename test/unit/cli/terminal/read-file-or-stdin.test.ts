import { expect, test } from '@jest/globals';
import { readFileOrStdin, textOf } from '../../../../lib/cli/terminal/read-file-or-stdin.ts';

test('reads texts of Windows in either encoding, without their byte order mark', () => {
  const json = '[{"name": "lost"}]';

  expect(textOf(Buffer.from(`\ufeff${json}`, 'utf16le'))).toBe(json);
  expect(textOf(Buffer.from(`\ufeff${json}`, 'utf8'))).toBe(json);
});

test('does not repeat the name of a file that cannot be read: it may be a secret', async () => {
  await expect(readFileOrStdin('/nowhere/s3cr3t')).rejects.toThrow(/^The file cannot be read \(ENOENT\)/);
});
